"""Chat servers on loopback that follow a script, spoken to through the real clients.

One handler speaks OpenAI's protocol (``/v1/chat/completions``, server-sent events) and Ollama's
(``/api/chat``, JSON lines). What a reply is and how it breaks is the script's business.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """One reply: pieces of text, and what goes wrong with it."""

    pieces: Sequence[str] | Callable[[], Iterator[str]] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""  # sent as it is when given, in place of the pieces
    cut: bool = False  # the connection is closed after the pieces, without an end
    finish: str = "stop"
    silent_seconds: float = 0.0  # keep-alive comments are sent for so long before the first piece
    between: Callable[[int], None] = lambda index: None  # called before each piece

    @classmethod
    def of(cls, text: str, **more: Any) -> Reply:
        """The text in pieces of seven characters."""
        return cls([text[start : start + 7] for start in range(0, len(text), 7)], **more)


@dataclass
class Call:
    """What a client sent."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def human(self) -> str:
        return str(self.body["messages"][-1]["content"])


Script = Callable[[Call], Reply]


@dataclass
class ChatServer:
    """A running server; ``script`` may be replaced between questions."""

    script: Script
    port: int = 0
    calls: list[Call] = field(default_factory=list)

    @property
    def openai_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def ollama_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def chat_server(script: Script) -> Iterator[ChatServer]:
    state = ChatServer(script)
    stopping = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, json.loads(raw))
            state.calls.append(call)
            reply = state.script(call)
            with suppress(OSError):  # the client has hung up, as it should
                self._send(reply, ollama=self.path.startswith("/api/"))

        def _send(self, reply: Reply, *, ollama: bool) -> None:
            if reply.status != 200 or reply.body:
                body = (reply.body or json.dumps({"error": {"message": f"status {reply.status}"}})).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson" if ollama else "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            until = time.monotonic() + reply.silent_seconds
            while time.monotonic() < until and not stopping.is_set():
                if not ollama:
                    self._chunk(": keep-alive\n\n")
                time.sleep(0.02)
            pieces = reply.pieces() if callable(reply.pieces) else iter(reply.pieces)
            for index, piece in enumerate(pieces):
                reply.between(index)
                if stopping.is_set():
                    return
                self._chunk(_ollama(piece) if ollama else _openai({"content": piece}))
            if reply.cut:
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(2)
                return
            if ollama:
                self._chunk(_ollama("", done=reply.finish))
            else:
                self._chunk(_openai({}, finish=reply.finish) + "data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _chunk(self, text: str) -> None:
            data = text.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        stopping.set()
        server.shutdown()
        server.server_close()


def _openai(delta: dict[str, str], *, finish: str | None = None) -> str:
    event = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}],
    }
    if finish is not None:
        event["usage"] = {"prompt_tokens": 120, "completion_tokens": 30, "total_tokens": 150}
    return f"data: {json.dumps(event)}\n\n"


def _ollama(piece: str, *, done: str = "") -> str:
    event: dict[str, Any] = {
        "model": "scripted",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": piece},
        "done": bool(done),
    }
    if done:
        event |= {"done_reason": done, "prompt_eval_count": 120, "eval_count": 30}
    return json.dumps(event) + "\n"
