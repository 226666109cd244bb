"""Commands of ``rightfit`` that need neither Rasa nor a server; they start at once."""
