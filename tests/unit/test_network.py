"""No test, and no process a test starts, opens a socket to anything but loopback."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest
from pytest_socket import SocketConnectBlockedError

ELSEWHERE = ("203.0.113.7", 80)  # an address of RFC 5737, for documentation only


def test_this_process_cannot_connect_elsewhere() -> None:
    with socket.socket() as probe, pytest.raises(SocketConnectBlockedError):
        probe.connect(ELSEWHERE)


def test_processes_of_tests_cannot_connect_elsewhere() -> None:
    code = f"import socket; socket.socket().connect({ELSEWHERE!r})"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "only to loopback" in done.stderr
