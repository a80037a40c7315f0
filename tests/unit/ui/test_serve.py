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
ENDLESS = """
import time
from assistant.types import AnswerSentence
from tests.fakes import FakeAssistant
from ui.server import serve

class Endless(FakeAssistant):
    def stream(self, question, **more):
        try:
            while True:
                time.sleep(0.01)
                yield AnswerSentence("x", (1,))
        finally:
            print("ended", question, flush=True)

serve(Endless(), port=0, on_ready=lambda address: print(address, flush=True))
"""
PROGRAM = """
from tests.fakes import trainium_assistant
from ui.server import serve
serve(trainium_assistant(), port=0, on_ready=lambda address: print(address, flush=True))
print("stopped", flush=True)
"""


def asked(port: int, question: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    deadline = time.monotonic() + 60
    while True:
        try:
            connection.request("GET", f"/api/v1/ask?question={question}&stream=true")
            return connection.getresponse()
        except ConnectionError:
            assert time.monotonic() < deadline
            connection.close()
            time.sleep(0.1)


def test_a_stream_ends_its_work_with_the_client_and_in_words_with_the_server() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", ENDLESS], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        gone = asked(port, "gone")
        assert gone.readline() == b"event: sentence\n"
        gone.close()
        assert process.stdout.readline() == "ended gone\n"
        stays = [asked(port, f"stays{number}") for number in range(3)]  # more than are worked on at once
        for reply in stays[:2]:
            assert reply.readline() == b"event: sentence\n"
        process.send_signal(signal.SIGTERM)
        for reply in stays:
            last = reply.read().decode().strip().split("\n\n")[-1]
            assert last.startswith("event: error\n")
            assert "The server is stopping" in last
        out, log = process.communicate(timeout=60)
        assert process.returncode == 0
        assert sorted(out.split()) == ["ended", "ended", "stays0", "stays1"]
        assert "GET /api/v1/ask 200" in log
        assert "stays" not in log, "questions are not logged"
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(("number", "host"), [(signal.SIGTERM, "127.0.0.1"), (signal.SIGINT, "0.0.0.0")])
def test_a_signal_ends_it_in_order_with_pages_open(number: signal.Signals, host: str) -> None:
    """And listening to everybody without sign-in is warned of."""
    program = PROGRAM.replace("port=0", f"host={host!r}, port=0")
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().strip().rstrip("/").rsplit(":", 1)[1])
        assert asked(port, "x").status == 200
        page = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        page.request("GET", "/ja/gradio_api/heartbeat/abc")
        assert page.getresponse().status == 200  # an open page's stream, left open
        process.send_signal(number)
        out, log = process.communicate(timeout=60)
        assert process.returncode == 0
        assert out.strip() == "stopped"
        warned = "without sign-in: everybody who can reach this machine can read the library. Set ASSISTANT_AUTH"
        assert (warned in log) == (host == "0.0.0.0")
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
