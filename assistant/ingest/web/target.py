"""Judges a web address before anything is asked of the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from assistant.ingest.source import UnreadableSource
from assistant.text.patterns import lazy_pattern

_PORTS = {"https": 443, "http": 80}
_SAFE = "%/:@!$&'()*+,;=-._~"
_LABEL = lazy_pattern(r"[a-z0-9_](?:[a-z0-9_\-]*[a-z0-9_])?")


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be asked for."""

    scheme: str
    host: str  # ASCII, lower case; an IPv6 address without brackets
    port: int
    path: str  # with the query

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def is_url(text: str) -> bool:
    return re.match(r"[a-z][a-z0-9+.\-]*://", text, re.IGNORECASE) is not None


def target_of(url: str, *, allow_hosts: Sequence[str], allow_http: bool) -> Target:
    """Take an address apart.

    Raises:
        UnreadableSource: It is malformed, not allowed, or carries a user name.
    """
    if any(character <= " " or character in "\\\x7f" for character in url):
        raise UnreadableSource("the address has a space, a backslash or a control character")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise UnreadableSource(f"the address is malformed: {exc}") from exc
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise UnreadableSource(f"only https addresses are read, not {scheme}")
    if scheme == "http" and not allow_http:
        raise UnreadableSource("the address is not encrypted; use https, or set `fetch.allow_http`")
    if "@" in parts.netloc:
        raise UnreadableSource("the address carries a user name or a password; remove what stands before the @")
    host = _host(parts)
    port = _PORTS[scheme] if port is None else port
    if not _is_allowed(host, port, _PORTS[scheme], allow_hosts):
        shown = host if port == _PORTS[scheme] else f"{host}:{port}"
        raise UnreadableSource(f"the host {shown!r} is not in `fetch.allow_hosts`")
    path = quote(parts.path or "/", safe=_SAFE) + (f"?{quote(parts.query, safe=_SAFE + '?')}" if parts.query else "")
    return Target(scheme, host, port, path)


def _host(parts: SplitResult) -> str:
    try:
        host = parts.hostname or ""
        host = host if ":" in host else host.encode("idna").decode("ascii").lower().removesuffix(".")
    except (UnicodeError, ValueError) as exc:
        raise UnreadableSource("the address has a host name that is not valid") from exc
    if "%" in host or not host or (":" not in host and not all(map(_LABEL.fullmatch, host.split(".")))):
        raise UnreadableSource("the address has a host name that is not valid")
    last = host.rsplit(".", 1)[-1]
    if ":" not in host and re.fullmatch(r"\d+|0x[0-9a-f]*", last) and not _is_plain_ipv4(host):
        # 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1 to some and nothing to others.
        raise UnreadableSource("the address has an IP address in an unusual form")
    return host


def _is_plain_ipv4(host: str) -> bool:
    numbers = host.split(".")
    return len(numbers) == 4 and all(re.fullmatch(r"0|[1-9]\d{0,2}", number) for number in numbers)


def _is_allowed(host: str, port: int, usual_port: int, allow_hosts: Sequence[str]) -> bool:
    for allowed in allow_hosts:
        name, colon, given = allowed.lower().rpartition(":")
        if not colon or not given.isdigit() or allowed.endswith("]"):
            name, given = allowed.lower(), ""
        name = name.strip("[]")
        if not name.isascii():
            name = name.encode("idna").decode("ascii")
        if port != (int(given) if given else usual_port):
            continue
        if host == name or (name.startswith("*.") and host.endswith(name[1:])):
            return True
    return False
