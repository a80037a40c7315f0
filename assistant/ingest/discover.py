"""Finds the files to read."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.ingest.registry import loader_name_for, supported_suffixes
from assistant.ingest.site import Site, forget_sites, site_at
from assistant.ingest.source import SourceFile
from assistant.types import Refusal

_NOT_ARTICLES = ("readme", "license", "licence")
_OUR_DATA = frozenset({"manifest.jsonl", "glossary.yaml"})


def discover(paths: Sequence[Path]) -> tuple[list[SourceFile], list[Refusal]]:
    """Find readable files in ``paths``, files and folders alike.

    Folders are walked in sorted order. Hidden names, README, LICENSE, ``manifest.jsonl`` and
    ``glossary.yaml`` are skipped without a word, unless they are named themselves. A link that leads out of
    its folder is refused. Of a Jekyll or Hugo site only posts and pages are found. The same file found twice counts once.
    """
    forget_sites()
    found: dict[Path, SourceFile] = {}
    refusals: list[Refusal] = []
    for path in paths:
        for item in _look_at(Path(path).expanduser()):
            if isinstance(item, Refusal):
                refusals.append(item)
            else:
                found.setdefault(item.path, item)
    return list(found.values()), refusals


def _look_at(path: Path) -> Iterator[SourceFile | Refusal]:
    try:
        resolved = path.resolve(strict=True)
    except FileNotFoundError:
        yield Refusal(str(path), "no such file or folder; check the path")
        return
    except (OSError, RuntimeError) as exc:  # RuntimeError: a link that leads to itself, before Python 3.13
        yield Refusal(str(path), f"cannot be read: {exc}")
        return
    if resolved.is_dir():
        yield from _walk(resolved)
    else:
        yield _source_or_refusal(resolved, root=resolved.parent)


def _walk(root: Path) -> Iterator[SourceFile | Refusal]:
    problems: list[OSError] = []
    sites: dict[Path, Site | None] = {}
    for folder, subfolders, names in os.walk(root, onerror=problems.append):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        here = Path(folder)
        site = sites[here] = site_at(here) or sites.get(here.parent)
        if site is not None:  # of a Jekyll or Hugo site only what it publishes
            subfolders[:] = [name for name in subfolders if site.enters(here / name)]
            names = [name for name in names if site.publishes(here / name)]
        for name in subfolders:
            # os.walk does not follow links; one that stays inside is met under its real name.
            if (here / name).is_symlink() and not _stays_inside(here / name, root):
                yield Refusal(
                    str(here / name), f"the link leads out of the folder {str(root)!r}; copy its target there"
                )
        for name in sorted(names):
            if name.startswith(".") or _is_not_an_article(name):
                continue
            path = here / name
            if path.is_symlink() and not path.exists():
                yield Refusal(str(path), "the link leads nowhere; remove it")
            elif path.is_symlink() and not _stays_inside(path, root):
                yield Refusal(str(path), f"the link leads out of the folder {str(root)!r}; copy its target there")
            else:
                yield _source_or_refusal(path.resolve(), root=root)
    for problem in problems:
        yield Refusal(str(problem.filename or root), f"cannot be read: {problem.strerror or problem}")


def _source_or_refusal(path: Path, *, root: Path) -> SourceFile | Refusal:
    if not path.is_file():
        return Refusal(str(path), "not a regular file")
    if loader_name_for(path) is None:
        what = f"for {path.suffix!r}" if path.suffix else "for a file without a suffix"
        return Refusal(str(path), f"no loader {what}; supported: {', '.join(supported_suffixes())}")
    return SourceFile(path, root)


def _stays_inside(path: Path, root: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False


def _is_not_an_article(name: str) -> bool:
    lowered = name.lower()
    stem = lowered.split(".", 1)[0]
    return lowered in _OUR_DATA or stem in _NOT_ARTICLES
