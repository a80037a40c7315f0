"""Whether words stand in a text as they are written, whatever the widths, spaces and full stops."""

from __future__ import annotations

from assistant.text.normalise import normalise_with_offsets
from assistant.text.patterns import lazy_pattern

_DROPPED = lazy_pattern(r"[\s。．.、,，]+")


def find_verbatim(needle: str, text: str) -> tuple[int, int] | None:
    """Where ``needle`` stands in ``text``, whatever the widths, spaces and full stops; offsets into ``text``."""
    wanted = _DROPPED.sub("", normalise_with_offsets(needle).text)
    if not wanted:
        return None
    folded = normalise_with_offsets(text)
    kept = [index for index, char in enumerate(folded.text) if not _DROPPED.fullmatch(char)]
    joined = "".join(folded.text[index] for index in kept)
    place = joined.find(wanted)
    if place < 0:
        return None
    return folded.span(kept[place], kept[place + len(wanted) - 1] + 1)
