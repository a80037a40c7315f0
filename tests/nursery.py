"""Build processes forked from one that has imported everything, where tests build an index in their own process.

A build starts two processes, and importing Chroma takes 3 s of CPU in each: most of what a small index costs.
They get the same pipes, orders, directory and environment as those of :mod:`assistant.index.processes`. The tests
that kill things (``tests/integration/zygote.py``) and those that run commands start theirs in the real way.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

REPOSITORY = Path(__file__).resolve().parents[1]


class Forked:
    """What ``subprocess.Popen`` is for a build process."""

    def __init__(self, pid: int, stdin: IO[str], stdout: IO[str], status: int) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self._status = status  # the nursery writes the exit code into it
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired("build process", timeout or 0)
        return code

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            self.returncode = int(os.read(self._status, 16))
            os.close(self._status)
        return self.returncode


class Nursery:
    """The process the others are forked from; started with the first."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def start(self) -> Forked:
        with self._lock:
            return self._start()

    def _start(self) -> Forked:
        if self._socket is None:
            self._socket, theirs = socket.socketpair()
            code = f"from tests.nursery import serve; serve({theirs.fileno()})"
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=REPOSITORY, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
            theirs.close()
        orders, stdin = os.pipe()
        stdout, replies = os.pipe()
        status, told = os.pipe()
        where = json.dumps({"cwd": os.getcwd(), "environment": dict(os.environ)}).encode()
        socket.send_fds(self._socket, [len(where).to_bytes(4, "big")], [orders, replies, told])
        self._socket.sendall(where)
        for descriptor in (orders, replies, told):
            os.close(descriptor)
        pid = int.from_bytes(_exactly(self._socket, 4), "big")
        return Forked(pid, os.fdopen(stdin, "w", encoding="utf-8"), os.fdopen(stdout, encoding="utf-8"), status)

    def close(self) -> None:
        if self._socket is not None and self._process is not None:
            self._socket.close()
            self._process.wait(timeout=60)


def _exactly(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = connection.recv(size - len(data))
        if not more:
            raise ConnectionError("the nursery has ended")
        data += more
    return data


# -- the other side ----------------------------------------------------------------------------


def serve(descriptor: int) -> None:
    import chromadb  # noqa: F401 - imported before the fork

    from assistant.index.worker import main

    connection = socket.socket(fileno=descriptor)
    told: dict[int, int] = {}  # where the end of a process is told
    reading, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking)
    while True:
        ready, _, _ = select.select([connection, reading], [], [])
        if reading in ready:
            os.read(reading, 512)
            _reap(told)
        if connection not in ready:
            continue
        head, descriptors, _, _ = socket.recv_fds(connection, 4, 3)
        if not head:
            return  # those that are left end with their standard input
        where = json.loads(_exactly(connection, int.from_bytes(head, "big")))
        orders, replies, end = descriptors
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(orders, 0)
            os.dup2(replies, 1)
            os.closerange(3, 256)
            os.chdir(where["cwd"])
            os.environ.clear()
            os.environ.update(where["environment"])
            main()
            os._exit(0)
        told[pid] = end
        os.close(orders)
        os.close(replies)
        connection.sendall(pid.to_bytes(4, "big"))


def _reap(told: dict[int, int]) -> None:
    for pid in list(told):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            descriptor = told.pop(pid)
            with suppress(BrokenPipeError):
                os.write(descriptor, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(descriptor)
