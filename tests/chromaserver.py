"""A real Chroma server on loopback, started with `chroma run`."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx


@dataclass
class ChromaServer:
    """May be stopped and started again over the same data."""

    data: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def create(cls, data: Path) -> ChromaServer:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return cls(data, probe.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port), "--path", str(self.data)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(600):
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", timeout=2).raise_for_status()
                return
            except httpx.HTTPError:
                assert self.process.poll() is None, "chroma run has ended"
                time.sleep(0.1)
        raise AssertionError("chroma run does not answer")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)
            self.process = None

    def collections(self) -> list[str]:
        path = "/api/v2/tenants/default_tenant/databases/default_database/collections"
        return sorted(item["name"] for item in httpx.get(self.url + path, timeout=10).json())
