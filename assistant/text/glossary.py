"""Terms with their spellings and translations, used to widen a question in both directions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from assistant.errors import ConfigError
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.types import TermHint

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there
_FIELDS = {"ja", "en", "reading", "synonyms", "note"}
_WORD = lazy_pattern(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Term:
    """One entry: all its spellings mean the same."""

    spellings: tuple[str, ...]  # as written, the Japanese one first
    reading: str = ""  # found in questions only: as words in an article it would match by accident
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """A term found in a text, at offsets of the *normalised* text."""

    start: int
    end: int
    term: Term


class Glossary:
    """Finds terms in texts. Longer spellings win over shorter ones at the same place."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self._by_spelling: dict[str, Term] = {}
        for term in self.terms:
            for spelling in filter(None, (*term.spellings, term.reading)):
                self._by_spelling.setdefault(normalise(spelling), term)
        # By the first two characters, longest first. A regular expression of a thousand spellings takes longer
        # to compile than a question takes to answer.
        self._by_start: dict[str, list[str]] = {}
        for spelling in sorted(self._by_spelling, key=lambda spelling: (-len(spelling), spelling)):
            if spelling:
                self._by_start.setdefault(spelling[:2], []).append(spelling)

    def mentions(self, text: str) -> list[Mention]:
        """Terms in ``text``, in order, without overlaps."""
        folded = normalise(text)
        found: list[Mention] = []
        position = 0
        starts = self._by_start
        while position < len(folded):
            if folded[position : position + 2] not in starts and folded[position] not in starts:
                position += 1
                continue
            spelling = self._at(folded, position)
            if spelling is None:
                position += 1
                continue
            found.append(Mention(position, position + len(spelling), self._by_spelling[spelling]))
            position += len(spelling)
        return found

    def hints(self, text: str) -> tuple[TermHint, ...]:
        """Terms of ``text`` that have a note, each once: the Japanese spelling, the other one, the note."""
        terms = dict.fromkeys(mention.term for mention in self.mentions(text))
        return tuple(TermHint(term.spellings[0], term.spellings[1], term.note) for term in terms if term.note)

    def _at(self, folded: str, position: int) -> str | None:
        """The longest spelling that stands at ``position`` as a whole word."""
        start = folded[position : position + 2]
        for key in (start, start[:1]) if len(start) > 1 else (start,):
            for spelling in self._by_start.get(key, ()):
                end = position + len(spelling)
                if folded.startswith(spelling, position) and not (_joined(folded, position) or _joined(folded, end)):
                    return spelling
        return None


def _joined(folded: str, position: int) -> bool:
    """Whether Latin letters or digits stand on both sides: "gpu" is not in "gpus"."""
    return 0 < position < len(folded) and bool(_WORD.match(folded[position - 1]) and _WORD.match(folded[position]))


EMPTY = Glossary(())


def load_glossary(path: Path) -> Glossary:
    """Read a glossary file: ``terms:``, a list of ``{ja, en, reading, synonyms, note}``.

    Raises:
        ConfigError: The file is missing or an entry is wrong; the message names its line.
    """
    try:
        stat = path.stat()
    except OSError as exc:
        raise ConfigError(f"The glossary {str(path)!r} cannot be read: {exc.strerror}. Correct `glossary`.") from exc
    return _load(path, stat.st_mtime_ns)


@lru_cache(maxsize=8)
def _load(path: Path, _mtime_ns: int) -> Glossary:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as exc:
        raise ConfigError(f"The glossary {str(path)!r} cannot be read: {' '.join(str(exc).split())}.") from exc
    entries = _entries(root, path)
    return Glossary(_term(node, path) for node in entries)


def _entries(root: yaml.Node | None, path: Path) -> Sequence[yaml.Node]:
    if isinstance(root, yaml.MappingNode):
        for key, value in root.value:
            if key.value == "terms" and isinstance(value, yaml.SequenceNode):
                return list(value.value)
    raise ConfigError(f"The glossary {str(path)!r} has no list `terms:`.")


def _term(node: yaml.Node, path: Path) -> Term:
    place = f"{path.name}, line {node.start_mark.line + 1}"
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"The glossary entry in {place} is not a mapping with `ja` and `en`.")
    try:
        values = yaml.SafeLoader.construct_mapping(yaml.SafeLoader(""), node, deep=True)
    except (yaml.YAMLError, ValueError) as exc:  # ValueError: a date that is none
        raise ConfigError(f"The glossary entry in {place} cannot be read: {' '.join(str(exc).split())}.") from exc
    unknown = sorted(str(key) for key in set(values) - _FIELDS)
    if unknown:
        raise ConfigError(
            f"The glossary entry in {place} has an unknown key {unknown[0]!r}; keys are {sorted(_FIELDS)}."
        )
    synonyms = values.get("synonyms") or []
    if not isinstance(synonyms, list):
        raise ConfigError(f"`synonyms` of the glossary entry in {place} is {synonyms!r}, not a list.")
    spellings = [values.get("ja"), values.get("en"), *synonyms]
    named = tuple(dict.fromkeys(str(spelling).strip() for spelling in spellings if spelling and str(spelling).strip()))
    if len(named) < 2:
        raise ConfigError(f"The glossary entry in {place} needs at least two spellings.")
    return Term(named, str(values.get("reading") or ""), str(values.get("note") or ""))
