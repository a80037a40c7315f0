"""Loaded by every Python process a test starts: connections to anything but loopback fail.

pytest-socket guards the pytest process; build processes, servers and commands are guarded here.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

_connect, _connect_ex = socket.socket.connect, socket.socket.connect_ex


def _refuse(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = str(address[0])
    try:
        local = ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        local = host in ("localhost", "")
    if not local:
        raise PermissionError(f"tests open no socket to {host!r}, only to loopback")


def connect(self: socket.socket, address: Any) -> None:
    _refuse(address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any) -> int:
    _refuse(address)
    return _connect_ex(self, address)


socket.socket.connect = connect  # type: ignore[method-assign]
socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
