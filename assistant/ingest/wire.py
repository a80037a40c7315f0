"""What the process that parses and its parent say to each other: length-prefixed frames, values as JSON.

Not pickle: the child has just read a stranger's file, and unpickling runs what it is given.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, BinaryIO, get_args, get_origin, get_type_hints

from assistant.ingest.limits import Limits
from assistant.ingest.source import SourceFile
from assistant.types import Article, Cell, Refusal

_HEAD = struct.Struct(">cI")


class Frame(Enum):
    ORDER = b"O"  # parent: read this file
    DATA = b"D"  # parent: its bytes
    ARTICLE = b"A"  # child
    REFUSAL = b"R"  # child
    TRACE = b"T"  # child: what a loader died of, for the log
    NO_MEMORY = b"M"  # child: its last word
    END = b"E"  # child: all is said


@dataclass(frozen=True, slots=True)
class Order:
    """One file for the child."""

    loader: str
    path: str
    root: str
    limits: Limits

    def source(self, data: bytes) -> SourceFile:
        return SourceFile(Path(self.path), Path(self.root), data, self.limits)


@dataclass(frozen=True, slots=True)
class Usage:
    """What reading one file took."""

    seconds: float
    peak_bytes: int  # resident, of the process, since it started


NO_MEMORY = _HEAD.pack(Frame.NO_MEMORY.value, 0)
"""The whole frame, made beforehand."""


def write_frame(stream: BinaryIO, kind: Frame, payload: bytes) -> None:
    stream.write(_HEAD.pack(kind.value, len(payload)))
    stream.write(payload)
    stream.flush()


def read_frame(stream: BinaryIO, *, most: int) -> tuple[Frame, bytes] | None:
    """The next frame; None at the end of the stream.

    Raises:
        ValueError: What came is no frame, or one longer than ``most`` bytes.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > most:
        raise ValueError(f"a frame of {length:,} bytes")
    payload = stream.read(length)
    return (Frame(kind), payload) if len(payload) == length else None


def dump_order(order: Order) -> bytes:
    return _json(asdict(order))


def load_order(payload: bytes) -> Order:
    values = _load(payload)
    return Order(**{**values, "limits": Limits(**values["limits"])})


def dump_usage(usage: Usage) -> bytes:
    return _json([usage.seconds, usage.peak_bytes])


def load_usage(payload: bytes) -> Usage:
    seconds, peak = _load(payload)
    return Usage(float(seconds), int(peak))


def dump_refusal(refusal: Refusal) -> bytes:
    return _json(_plain(refusal))


def load_refusal(payload: bytes) -> Refusal:
    refusal = _made(Refusal, _load(payload))
    if not isinstance(refusal, Refusal):
        raise TypeError("not a refusal")
    return refusal


def dump_article(article: Article) -> bytes:
    return _json(_plain(article))


def load_article(payload: bytes) -> Article:
    """An article again, each of its parts checked by its own constructor.

    Raises:
        ValueError, TypeError, KeyError: The values are not those of an article.
    """
    article = _made(Article, _load(payload))
    if not isinstance(article, Article):
        raise TypeError("not an article")
    return article


def _plain(value: Any) -> Any:
    """Dataclasses as lists of their fields, in order; tuples as lists."""
    if isinstance(value, Cell):  # by far the most frequent
        return [value.start, value.end, value.header]
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, name)) for name in _names(type(value))]
    return value.value if isinstance(value, Enum) else value


def _made(hint: Any, value: Any) -> Any:
    """A value of the type that a field asks for, out of :func:`_plain`."""
    if hint is Cell:
        return Cell(*value)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = _hints(hint)
        names = _names(hint)
        return hint(**{name: _made(hints[name], item) for name, item in zip(names, value, strict=True)})
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return tuple(value) if inner in (str, int) else tuple(_made(inner, item) for item in value)
    if isinstance(hint, UnionType):
        return None if value is None else _made(next(kind for kind in get_args(hint) if kind is not NoneType), value)
    return value


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _json(value: object) -> bytes:
    # Half a surrogate pair must arrive as it was, so that the parent can refuse it by name.
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _load(payload: bytes) -> Any:
    return json.loads(payload.decode("utf-8", "surrogatepass"))
