"""The reading room: the web pages and the HTTP API, on top of the public ``Assistant``."""
