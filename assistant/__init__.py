"""article assistant: answers only from your own articles, with citations that open on the exact words."""

__version__ = "0.1.0"
