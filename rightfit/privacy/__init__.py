"""What keeps a client's words the client's."""
