"""Files that were moved or deleted since they were indexed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from assistant.ingest.discovery import discover
from assistant.library.rows import GONE
from assistant.library.store import Library


def adopt_moved_files(library: Library, paths: Sequence[Path]) -> list[tuple[str, str]]:
    """Tell the library of files that lie elsewhere now: same bytes, old place empty. Their articles keep
    their ids and versions. The caller holds the writer's lock.

    Returns:
        ``(old path, new path)`` of each.
    """
    states = library.file_states()
    missing = {path: state for path, state in states.items() if state.article_ids and not Path(path).exists()}
    if not missing:
        return []
    sizes = {state.size for state in missing.values()}
    moved: list[tuple[str, str]] = []
    for source in discover(paths)[0]:
        path = str(source.path)
        if path in states:
            continue
        try:
            if source.path.stat().st_size not in sizes:
                continue
            with source.path.open("rb") as stream:
                digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError:
            continue  # the run that follows says why it cannot be read
        # Of several with the same bytes the one of the same name was meant.
        same = sorted(
            (old for old, state in missing.items() if state.sha256 == digest),
            key=lambda old: (Path(old).name != source.path.name, old),
        )
        if same:
            del missing[same[0]]
            moved.append((same[0], path))
    if moved:
        with library.write() as writer:
            for old, new in moved:
                writer.move_file(old, new)
    return moved


def settle_deleted_files(library: Library, paths: Sequence[Path], *, withdraw: bool) -> list[str]:
    """Bring back articles whose deleted file is there again and, if asked, withdraw those whose file was
    deleted below ``paths``. They stay stored, so citations of them resolve. The caller holds the writer's lock.

    Returns:
        The articles that were withdrawn.
    """
    marks = library.withdrawn_marks()
    if not withdraw and GONE not in marks.values():
        return []
    states = library.file_states()
    exists = {path: Path(path).exists() for path in states}
    here = {one for path, state in states.items() if exists[path] for one in state.article_ids}
    back = sorted(one for one, mark in marks.items() if mark == GONE and one in here)
    fresh: list[str] = []
    if withdraw:
        roots = [path.resolve() for path in paths]
        gone = {
            one
            for path, state in states.items()
            if not exists[path] and any(Path(path).is_relative_to(root) for root in roots)
            for one in state.article_ids
        }
        fresh = sorted(one for one in gone - here if marks.get(one) == 0)
    if fresh or back:
        with library.write() as writer:
            writer.set_removed(fresh, True, mark=GONE)
            writer.set_removed(back, False)
    return fresh
