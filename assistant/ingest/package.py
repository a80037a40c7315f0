"""Zip packages of XML parts: Word, Excel, PowerPoint and EPUB files.

Nothing is unpacked to disk. XML is read without external entities, without the network and without
expanding entities of its own; a part that declares entities is refused.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from assistant.ingest.source import UnreadableSource

Element = Any
"""An lxml element; lxml has no types."""

MAX_PART_BYTES = 128 * 1024 * 1024
"""One part, unpacked. The largest sheet of a million rows stays below it."""
MAX_TOTAL_BYTES = 512 * 1024 * 1024

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another."""

    kind: str  # the last word of the relationship's type: slide, notesSlide, footnotes
    target: str  # the part's name, or the address of something outside
    external: bool


class Package:
    """A package opened from its bytes. Parts are named without a leading slash, in any case of letters.

    Raises:
        UnreadableSource: It is no zip file, or is encrypted.
    """

    def __init__(self, data: bytes, what: str) -> None:
        if data.startswith(_OLE):
            raise UnreadableSource(
                f"not a {what} package: it is protected by a password or saved in the old binary format; "
                "save it without a password in the current format"
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as exc:
            raise UnreadableSource(f"not a {what} file, or a damaged one: {exc}") from exc
        self._what = what
        self._read_bytes = 0
        self._names: dict[str, zipfile.ZipInfo] = {}
        for info in self._zip.infolist():
            if info.flag_bits & 1:
                raise UnreadableSource(f"the {what} file is encrypted; save it without a password")
            self._names.setdefault(info.filename.replace("\\", "/").lstrip("/").lower(), info)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def names(self, prefix: str = "") -> list[str]:
        """Names of the parts below ``prefix``, in the order of the package."""
        return [name for name in self._names if name.startswith(prefix.lower())]

    def read(self, name: str) -> bytes | None:
        """A part unpacked; None when there is none of that name.

        Raises:
            UnreadableSource: It is damaged, or larger than the limits.
        """
        info = self._names.get(name.lower())
        if info is None:
            return None
        parts: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while piece := stream.read(_CHUNK_BYTES):
                    size += len(piece)
                    # The size a package declares is not to be trusted.
                    if size > MAX_PART_BYTES or self._read_bytes + size > MAX_TOTAL_BYTES:
                        raise UnreadableSource(
                            f"{info.filename!r} in the {self._what} file unpacks to more than "
                            f"{min(MAX_PART_BYTES, MAX_TOTAL_BYTES):,} bytes; it may be a zip bomb"
                        )
                    parts.append(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as exc:
            raise UnreadableSource(f"{info.filename!r} in the {self._what} file is damaged: {exc}") from exc
        self._read_bytes += size
        return b"".join(parts)

    def xml(self, name: str) -> Element | None:
        """The root of an XML part; None when there is none of that name.

        Raises:
            UnreadableSource: It is not well-formed or declares entities.
        """
        data = self.read(name)
        return None if data is None else parse_xml(data, f"{name!r} in the {self._what} file")

    def relations(self, part: str) -> dict[str, Relation]:
        """Links of a part by their id; of the package itself for an empty name."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found: dict[str, Relation] = {}
        for item in root if root is not None else ():
            if not isinstance(item.tag, str):
                continue
            kind = (item.get("Type") or "").rsplit("/", 1)[-1]
            external = (item.get("TargetMode") or "").lower() == "external"
            target = item.get("Target") or ""
            if not external:
                target = resolve(folder, target)
            found[item.get("Id") or ""] = Relation(kind, target, external)
        return found

    def main_part(self) -> str:
        """The part that the package is about.

        Raises:
            UnreadableSource: The package names none.
        """
        for relation in self.relations("").values():
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        raise UnreadableSource(f"not a {self._what} file: the package names no main part")


def resolve(folder: str, target: str) -> str:
    """A link of a part in ``folder`` as a name in the package; it cannot leave the package."""
    joined = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath("/" + unquote(joined.split("#", 1)[0])).lstrip("/")


def xml_parser() -> Any:
    """A parser that resolves and expands nothing."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def parse_xml(data: bytes, what: str) -> Element:
    """The root of an XML document.

    Raises:
        UnreadableSource: It is not well-formed or declares entities.
    """
    try:
        root = etree.fromstring(data, parser=xml_parser())
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise UnreadableSource(f"{what} is not well-formed XML: {exc}") from exc
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise UnreadableSource(f"{what} declares XML entities; they are never expanded. Save it without them")
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace; empty for anything that is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name, in whatever namespace it stands."""
    value = element.get(name)
    if value is not None:
        return str(value)
    for key, found in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(found)
    return None


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that local name, and on down the path; None where it ends."""
    for name in path:
        if element is None:
            return None
        element = next((item for item in element if local(item) == name), None)
    return element


def children(element: Element | None, *names: str) -> list[Element]:
    """Children of the given local names, in order."""
    return [] if element is None else [item for item in element if local(item) in names]
