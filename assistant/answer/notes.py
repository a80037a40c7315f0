"""What an answer says of corrections and of the day it is about, in Japanese and English."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import AppliedCorrection

_CLIP = 60


def correction_notes(corrections: Sequence[AppliedCorrection], lang: str) -> list[str]:
    """One sentence for each correction, with the marker of the words that make it."""
    return [_note(item, lang) for item in corrections]


def as_of_note(day: str | None, lang: str) -> str:
    """Says on which day the answer was valid; empty for an answer of today."""
    if not day:
        return ""
    return f"{written_day(day, lang)}の時点の記事による回答です。" if lang == "ja" else f"As of {day}."


def written_day(day: str, lang: str) -> str:
    """2026年3月5日 for 2026-03-05; in English as it is."""
    parts = day.split("-")
    if lang != "ja" or len(parts) != 3 or not all(part.isdigit() for part in parts):
        return day
    return f"{int(parts[0])}年{int(parts[1])}月{int(parts[2])}日"


def _note(item: AppliedCorrection, lang: str) -> str:
    mark = f"[{item.marker}]" if item.marker else ""
    day = written_day(item.date, lang)
    if item.kind == "article":
        if lang == "ja":
            return f"「{item.by_title}」（{day}）は、以前の記事「{item.title}」に代わるものです{mark}。"
        return f'"{item.by_title}" ({day}) replaces the earlier article "{item.title}"{mark}.'
    if item.kind == "unplaced":
        if lang == "ja":
            return f"「{item.title}」には{day}付の訂正「{item.by_title}」があります。引用した箇所に及ぶかどうかは、訂正記事で確かめてください。"
        return (
            f'"{item.title}" was corrected on {day} ("{item.by_title}"). '
            "Whether that concerns the quoted words, the correction has to tell."
        )
    if item.was and item.now:
        if lang == "ja":
            return f"{day}の訂正により、「{item.title}」の「{_clip(item.was)}」は「{_clip(item.now)}」に改められています{mark}。"
        return f'Corrected on {day}: "{_clip(item.was)}" in "{item.title}" is now "{_clip(item.now)}"{mark}.'
    if lang == "ja":
        return f"「{item.title}」の「{_clip(item.quote)}」という記述は、{day}に訂正されています{mark}。"
    return f'Corrected on {day}: "{item.title}" had said "{_clip(item.quote)}"{mark}.'


def _clip(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _CLIP else f"{flat[: _CLIP - 1]}…"
