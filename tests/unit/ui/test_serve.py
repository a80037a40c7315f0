"""Starting and stopping the real process."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from tests.fakes import trainium_assistant
from ui.server import serve

ROOT = Path(__file__).parents[3]
PROGRAM = """
from tests.fakes import trainium_assistant
from ui.server import serve
serve(trainium_assistant(), port=0, on_ready=lambda address: print(address, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_order_with_pages_open(number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-c", PROGRAM], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        deadline = time.monotonic() + 30
        while True:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request("GET", "/healthz")
                assert connection.getresponse().status == 200
                break
            except ConnectionError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        page.request("GET", "/ja/gradio_api/heartbeat/abc")
        assert page.getresponse().status == 200  # an open page's stream, left open
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - started < 5
        assert process.stdout.read().strip() == "stopped"
    finally:
        process.kill()
        process.wait()


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"Cannot listen on '127.0.0.1', port {port}: .*--port"):
            serve(trainium_assistant(), port=port)
