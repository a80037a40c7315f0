"""Finds the files to read."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.ingest.limits import DEFAULT_LIMITS
from assistant.ingest.registry import loader_name_for, supported_suffixes
from assistant.ingest.site import Site, forget_sites, site_at
from assistant.ingest.source import SourceFile
from assistant.types import Refusal

_NOT_ARTICLES = ("readme", "license", "licence")
_OUR_DATA = frozenset({"manifest.jsonl", "glossary.yaml"})
_NO_FILES = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def discover(
    paths: Sequence[Path], *, max_depth: int = DEFAULT_LIMITS.max_depth
) -> tuple[list[SourceFile], list[Refusal]]:
    """Find readable files in ``paths``, files and folders alike.

    Folders are walked in sorted order, at most ``max_depth`` deep. Hidden names, README, LICENSE,
    ``manifest.jsonl`` and ``glossary.yaml`` are skipped without a word, unless they are named themselves. A link
    that leads out of its folder is refused. Of a Jekyll or Hugo site only posts and pages are found. The same file
    found twice counts once; of two files whose names differ only in composed and decomposed characters the composed
    one is read.
    """
    forget_sites()
    found: dict[Path, SourceFile] = {}
    refusals: list[Refusal] = []
    for path in paths:
        for item in _look_at(path, max_depth):
            if isinstance(item, Refusal):
                refusals.append(item)
            else:
                found.setdefault(item.path, item)
    twins = list(_twins(found))
    for source, refusal in twins:
        del found[source.path]
        refusals.append(refusal)
    return list(found.values()), refusals


def printable(path: Path | str) -> str:
    """A path that can be stored and shown: bytes that are not UTF-8, and control characters, as escapes."""
    text = os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() or char == " " else ascii(char)[1:-1] for char in text)


def _look_at(path: Path, max_depth: int) -> Iterator[SourceFile | Refusal]:
    try:
        resolved = Path(path).expanduser().resolve(strict=True)
        is_folder = resolved.is_dir()
    except FileNotFoundError:
        yield Refusal(printable(path), "no such file or folder; check the path")
        return
    # RuntimeError: a link that leads to itself, before Python 3.13; ValueError: a NUL in the name.
    except (OSError, RuntimeError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else str(exc)
        yield Refusal(printable(path), f"cannot be read: {reason}")
        return
    if is_folder:
        yield from _walk(resolved, max_depth)
    else:
        yield _source_or_refusal(resolved, root=resolved.parent)


def _walk(root: Path, max_depth: int) -> Iterator[SourceFile | Refusal]:
    """Files of a folder before its subfolders, each in sorted order. Not ``os.walk``: that one recurses in
    Python 3.11, and a deep tree would end the run."""
    folders: list[tuple[Path, int]] = [(root, 0)]
    sites: dict[Path, Site | None] = {}
    while folders:
        folder, depth = folders.pop()
        if depth > max_depth:
            yield Refusal(
                printable(folder), f"more than {max_depth} folders deep, which is what `ingest.max_depth` allows"
            )
            continue
        try:
            with os.scandir(folder) as entries:
                names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries)
        except OSError as exc:
            yield Refusal(printable(folder), f"cannot be read: {exc.strerror or exc}")
            continue
        site = sites[folder] = site_at(folder) or sites.get(folder.parent)
        subfolders = []
        for name, is_folder in names:
            if name.startswith("."):
                continue
            path = folder / name
            # Of a Jekyll or Hugo site only what it publishes.
            if site is not None and not (site.enters(path) if is_folder else site.publishes(path)):
                continue
            if is_folder:
                subfolders.append((path, depth + 1))
            elif not _is_not_an_article(name):
                yield from _file(path, root)
        folders.extend(reversed(subfolders))


def _file(path: Path, root: Path) -> Iterator[SourceFile | Refusal]:
    try:
        if not path.is_symlink():
            yield _source_or_refusal(path, root=root)
        elif not path.exists():
            yield Refusal(printable(path), "the link leads nowhere; remove it")
        elif not path.resolve(strict=True).is_relative_to(root):
            yield Refusal(
                printable(path), f"the link leads out of the folder {printable(root)!r}; copy its target there"
            )
        elif not path.is_dir():  # a folder inside is met under its real name
            yield _source_or_refusal(path.resolve(strict=True), root=root)
    except (OSError, RuntimeError) as exc:
        yield Refusal(printable(path), f"cannot be read: {(isinstance(exc, OSError) and exc.strerror) or exc}")


def _source_or_refusal(path: Path, *, root: Path) -> SourceFile | Refusal:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return Refusal(printable(path), "the name is not UTF-8; rename the file or folder")
    try:
        mode = path.stat().st_mode
    except OSError as exc:
        return Refusal(printable(path), f"cannot be read: {exc.strerror or exc}")
    if not stat.S_ISREG(mode):
        what = next((f": {what}" for matches, what in _NO_FILES if matches(mode)), "")
        return Refusal(printable(path), f"not a regular file{what}")
    if loader_name_for(path) is None:
        what = f"for {printable(path.suffix)!r}" if path.suffix else "for a file without a suffix"
        return Refusal(printable(path), f"no loader {what}; supported: {', '.join(supported_suffixes())}")
    return SourceFile(path, root)


def _twins(found: dict[Path, SourceFile]) -> Iterator[tuple[SourceFile, Refusal]]:
    """Files to leave out because another has a name that looks the same, with the reason."""
    by_look: dict[str, list[SourceFile]] = {}
    for path, source in found.items():
        name = str(path)
        if not name.isascii():
            by_look.setdefault(unicodedata.normalize("NFC", name), []).append(source)
    for composed, sources in by_look.items():
        if len(sources) < 2:
            continue
        kept = next((source for source in sources if str(source.path) == composed), sources[0])
        for source in sources:
            if source is not kept:
                yield (
                    source,
                    source.refusal(
                        "another file there has a name that looks the same but is spelt with other characters (composed, "
                        "decomposed); rename or remove one of them"
                    ),
                )


def _is_not_an_article(name: str) -> bool:
    lowered = name.lower()
    stem = lowered.split(".", 1)[0]
    return lowered in _OUR_DATA or stem in _NOT_ARTICLES
