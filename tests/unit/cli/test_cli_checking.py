"""``assistant check --watch``: which drafts are checked again, and when."""

from __future__ import annotations

import os
from pathlib import Path

from assistant.cli.checking import watch_drafts


def test_a_draft_is_checked_at_once_and_after_each_save_until_ctrl_c(tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    first.write_text("一", encoding="utf-8")
    told: list[str] = []

    def steps(_seconds: float) -> None:
        step = len(slept)
        slept.append(step)
        if step == 0:
            second.write_text("二", encoding="utf-8")  # a new draft in the folder
        elif step == 1:
            pass  # nothing changed
        elif step == 2:
            other = tmp_path / "tmp.md~"
            other.write_text("一、改", encoding="utf-8")
            os.replace(other, first)  # as editors save
        elif step == 3:
            second.unlink()
        elif step == 4:
            second.write_text("二、また", encoding="utf-8")
        else:
            raise KeyboardInterrupt

    slept: list[int] = []
    watch_drafts([tmp_path], lambda path: told.append(path.name), sleep=steps)
    assert told == ["a.md", "b.md", "a.md", "b.md"]


def test_a_watched_file_that_is_gone_for_a_moment_ends_nothing(tmp_path: Path) -> None:
    draft = tmp_path / "a.md"
    draft.write_text("一", encoding="utf-8")
    told: list[str] = []
    count = 0

    def steps(_seconds: float) -> None:
        nonlocal count
        count += 1
        if count == 1:
            draft.unlink()
        elif count == 2:
            draft.write_text("一、改めた", encoding="utf-8")
        elif count == 3:
            raise KeyboardInterrupt

    watch_drafts([draft], lambda path: told.append(path.read_text(encoding="utf-8")), sleep=steps)
    assert told == ["一", "一、改めた"]
