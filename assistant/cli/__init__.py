"""The command line: ``assistant index | search | ask | check | compare | …``. The outermost layer."""

from assistant.cli.main import main

__all__ = ["main"]
