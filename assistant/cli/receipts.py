"""Receipts as files, and their report as people read it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import ConfigError

if TYPE_CHECKING:
    from assistant.receipt import ReceiptReport

_SEALS = {
    "intact": "The receipt is as it was written.",
    "broken": "The receipt has been altered: its seal does not fit.",
    "unsigned": "The receipt is not sealed with the key that is set.",
}


def write_receipt(path: Path, receipt: dict[str, object]) -> None:
    """Write a receipt.

    Raises:
        ConfigError: The file cannot be written.
    """
    try:
        path.write_text(json.dumps(receipt, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as exc:
        raise ConfigError(f"The receipt {str(path)!r} cannot be written: {exc.strerror}. Name another file.") from exc


def read_receipt(name: str) -> object:
    """A receipt from a file, or from standard input for ``-``.

    Raises:
        ConfigError: It cannot be read or is not JSON.
    """
    try:
        return json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise ConfigError(
            f"The receipt {name!r} cannot be read: {exc}. `assistant ask --receipt FILE` writes one."
        ) from exc


def receipt_text(report: ReceiptReport) -> str:
    lines = [f"{report.question} ({report.created})", _SEALS[report.seal]]
    lines += [
        f"[{item.marker}] {item.state:9s} {item.article_id} v{item.version}: {item.reason}" for item in report.citations
    ]
    broken = sum(not item.holds for item in report.citations)
    lines.append(
        f"{broken} of {len(report.citations)} citations no longer hold."
        if broken
        else f"All {len(report.citations)} citations hold."
    )
    return "\n".join(lines)
