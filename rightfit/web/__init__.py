"""What is served over HTTP: the client's conversation and the coach's pages."""
