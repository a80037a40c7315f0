"""Lines to running text: what a line break of print stands for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.ingest.pdflines import WIDE
from assistant.text.patterns import lazy_pattern

_HYPHENATED = lazy_pattern(r"(?P<head>[A-Za-z]+)[-\u00ad\u2010]$")
_SOFT = "\u00ad"
_WORD = lazy_pattern(r"[A-Za-z]+(?:[-\u2010][A-Za-z]+)*")


def join_lines(lines: Sequence[str], known: frozenset[str] = frozenset()) -> str:
    """Lines of print as one stretch.

    Between Japanese characters nothing is put; a word divided at the line's end is put together, unless
    the document writes it with a hyphen elsewhere.

    Args:
        lines: The lines in order.
        known: Words of the document in lower case, see :func:`words_of`.
    """
    text = ""
    for line in lines:
        line = line.strip()
        if not line:
            continue
        text = _joined(text, line, known) if text else line
    return text.replace(_SOFT, "-")


def words_of(lines: Sequence[str]) -> frozenset[str]:
    """The words that stand whole within a line, in lower case, with their hyphens."""
    return frozenset(match.group().lower() for line in lines for match in _WORD.finditer(line[:-1]))


def _joined(text: str, line: str, known: frozenset[str]) -> str:
    match = _HYPHENATED.search(text)
    if match is not None and line[0].isalpha() and line[0].isascii():
        tail = re.match(r"[A-Za-z]+", line)
        assert tail is not None
        head = match["head"]
        whole, hyphened = (head + tail[0]).lower(), f"{head}-{tail[0]}".lower()
        divided = line[0].islower() and not (hyphened in known and whole not in known)
        return text[:-1] + ("" if divided else "-") + line
    if text[-1] in "-\u2010/" and not text.endswith((" -", "--")):
        return text + line
    if text[-1] == _SOFT:
        return text[:-1] + line
    if WIDE.match(text[-1]) or WIDE.match(line[0]):
        # 「Trainium3は」 goes on without a space; between Latin words there is one.
        return text + line
    return f"{text} {line}"
