"""CSV that spreadsheets open as it is: Japanese intact, nothing run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def to_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to see that it is UTF-8, and CRLF line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def safe_cell(value: object) -> object:
    """A text that a spreadsheet would take for a formula, with the apostrophe that makes it a text.

    Articles and drafts are other people's words, and a cell that begins with ``=`` can send a
    spreadsheet to the network. Numbers that are numbers here stay as they are.

    References:
        OWASP, "CSV Injection".
    """
    if not isinstance(value, str):
        return "" if value is None else value
    clean = "".join(char for char in value if char >= " " or char in "\n\t")
    return f"'{clean}" if clean.lstrip(" ").startswith(_STARTS_FORMULA) else clean
