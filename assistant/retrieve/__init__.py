"""Search: a question to ranked passages."""
