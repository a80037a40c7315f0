"""``python -m ui``: the server with the settings in force, as ``assistant serve`` starts it."""

from __future__ import annotations

import logging
import sys


def main() -> int:
    from assistant.errors import AssistantError
    from assistant.settings import load_settings

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    try:
        settings = load_settings()
        from assistant.api import Assistant
        from ui.server import serve

        assistant = Assistant.open(settings)
        try:
            serve(assistant, settings.serve.host, settings.serve.port)
        finally:
            assistant.close()
    except AssistantError as exc:
        sys.stderr.write(f"{exc}\n")
        return exc.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
