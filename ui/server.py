"""The server: one FastAPI app with the pages mounted, the HTTP API and the source panel beside them."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import mimetypes
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import FrameType
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import Mount

from assistant.errors import AssistantError, ConfigError
from ui import render
from ui.app import build_app, theme
from ui.ask_routes import build_ask_router
from ui.askdesk import AskDesk
from ui.guard import Guard
from ui.library import IndexDesk
from ui.parts import STATIC_DIR
from ui.protocol import AssistantLike
from ui.rest import build_router, error_response, http_status
from ui.source import source_html
from ui.strings import LANGS, preferred_lang, strings_for
from ui.viewer import Role, Visitors

log = logging.getLogger(__name__)

LANG_COOKIE = "assistant_lang"
API_THREADS = 100
"""Threads for plain routes; Starlette's 40 would queue a busy morning."""
STOP_SECONDS = 3
"""How long a stop waits for answers under way."""
_PROBE = "ready"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def create_server(
    assistant: AssistantLike, *, allowed_hosts: Sequence[str] | None = None, editors: bool = False
) -> FastAPI:
    """Everything that answers over HTTP, ready for uvicorn or a test client.

    Args:
        assistant: What answers. It is used from several threads and is not closed here.
        editors: The pages are for editors: what is withdrawn is listed and opens, marked, and folders of
            this machine can be indexed.
        allowed_hosts: Host names the server answers to; ``None`` for any.
    """
    import gradio as gr

    ask_desk = AskDesk(assistant, getattr(assistant.settings, "home", None))
    app = FastAPI(
        title="article assistant",
        docs_url=None,  # these pages load their script from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan(assistant, ask_desk.close),
    )
    app.include_router(build_router(assistant, editors=editors))
    app.include_router(build_ask_router(assistant, ask_desk))
    _add_pages(app, assistant, editors=editors)
    desk = IndexDesk(assistant) if editors else None
    _add_errors(app)
    app.mount("/ui/static", StaticFiles(directory=STATIC_DIR), name="static")
    for lang in LANGS:
        gr.mount_gradio_app(
            app,
            build_app(assistant, lang, desk),
            path=f"/{lang}",
            theme=theme(),
            footer_links=[],
            run_history=False,
            show_error=False,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            max_file_size="1mb",
            app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        )
    app.add_middleware(Visitors, role=Role.EDITOR if editors else Role.READER)
    app.add_middleware(Guard, allowed_hosts=allowed_hosts)
    return app


def _lifespan(
    assistant: AssistantLike, close: Callable[[], None]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    def warm_up() -> None:
        try:
            assistant.search(_PROBE, top_k=1)
        except AssistantError as exc:
            log.warning("Not ready: %s", exc)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        import anyio.to_thread

        anyio.to_thread.current_default_thread_limiter().total_tokens = API_THREADS
        # Some systems call .js text/plain, which browsers then refuse to run.
        mimetypes.add_type("text/javascript", ".js")
        # The first search opens the index; no reader should wait for that.
        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
        yield
        close()

    return lifespan


def _add_pages(app: FastAPI, assistant: AssistantLike, *, editors: bool) -> None:
    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        lang = request.cookies.get(LANG_COOKIE, "")
        if lang not in LANGS:
            lang = preferred_lang(request.headers.get("accept-language", ""))
        # Relative, so that it also works below a proxy's prefix.
        return RedirectResponse(f"{lang}/", status_code=307, headers={"Vary": "Accept-Language, Cookie"})

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> Response:
        """A search works; 503 with the reason when it does not."""
        assistant.search(_PROBE, top_k=1)
        return JSONResponse({"status": "ready"})

    @app.get("/ui/source", include_in_schema=False)
    def source(
        article_id: Annotated[str, Query(min_length=1, max_length=500)],
        version: Annotated[int | None, Query(ge=1)] = None,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int, Query(ge=0)] = 0,
        lang: str = "ja",
    ) -> HTMLResponse:
        """The source panel's content: escaped HTML that the page's script puts beside the chat."""
        strings = strings_for(lang)
        try:
            article = assistant.show(article_id, version, reader=not editors)
        except AssistantError as exc:
            return HTMLResponse(render.error_html(str(exc), strings), status_code=http_status(exc))
        return HTMLResponse(source_html(article, strings, start=start, end=end, related=assistant.related(article_id)))


def _add_errors(app: FastAPI) -> None:
    def json_error(status: int, kind: str, message: str) -> JSONResponse:
        return JSONResponse({"error": {"type": kind, "message": message}}, status_code=status)

    @app.exception_handler(AssistantError)
    async def expected(_: Request, exc: AssistantError) -> JSONResponse:
        log.warning("Request failed: %s", exc)
        return error_response(exc)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, exc: RequestValidationError) -> JSONResponse:
        problems = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in exc.errors())
        return json_error(422, "RequestError", f"The request is not as described: {problems}.")

    @app.exception_handler(HTTPException)
    async def http(_: Request, exc: HTTPException) -> JSONResponse:
        kinds = {404: "NotFound", 405: "MethodNotAllowed"}
        return json_error(exc.status_code, kinds.get(exc.status_code, "RequestError"), str(exc.detail))

    @app.exception_handler(Exception)
    async def unexpected(_: Request, exc: Exception) -> JSONResponse:
        # Starlette logs the traceback; the caller is told nothing about the inside.
        return json_error(500, "InternalError", "Something unexpected went wrong. See the server's log.")


class _Server(uvicorn.Server):
    """Uvicorn that also ends Gradio's heartbeat streams, so that a stop does not wait for open pages."""

    def __init__(self, config: uvicorn.Config, stop_streams: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop_streams = stop_streams
        self._loop: asyncio.AbstractEventLoop | None = None

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().serve(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop_streams)
        super().handle_exit(sig, frame)


def serve(
    assistant: AssistantLike,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    allowed_hosts: Sequence[str] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Run until SIGTERM or Ctrl-C; both end it in order, within a few seconds.

    Args:
        assistant: What answers; closing it is the caller's.
        host: Address to listen on.
        port: Port; 0 takes a free one.
        allowed_hosts: Host names answered to beside the loopback names when listening on loopback;
            None or empty means any when listening elsewhere.
        on_ready: Called with the address of the page once the port is taken.

    Raises:
        ConfigError: The address or the port cannot be used.
    """
    listener = _listen(host, port)
    if _is_loopback(host):
        allowed_hosts = (*LOOPBACK_NAMES, host, *(allowed_hosts or ()))
    chosen = getattr(getattr(assistant.settings, "serve", None), "editors", None)
    # Names allowed besides stand for a proxy in front, and with it for other people.
    local = _is_loopback(host) and not getattr(getattr(assistant.settings, "serve", None), "allowed_hosts", ())
    editors = local if chosen is None else bool(chosen)
    app = create_server(assistant, allowed_hosts=allowed_hosts or None, editors=editors)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # it would write questions; ui.guard writes its own
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
        timeout_keep_alive=30,
        h11_max_incomplete_event_size=64 * 1024,
    )
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    log.info("Serving on %s", address)
    if on_ready is not None:
        on_ready(address)
    # Uvicorn raises the signal again once it has stopped; by then it is dealt with.
    previous = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        _Server(config, lambda: _stop_streams(app)).run(sockets=[listener])
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        listener.close()


def _stop_streams(app: FastAPI) -> None:
    for route in app.routes:
        if isinstance(route, Mount):
            stop_event: Any = getattr(route.app, "stop_event", None)
            if stop_event is not None:
                stop_event.set()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(1024)
        except OSError:
            listener.close()
            raise
    except OSError as exc:
        raise ConfigError(
            f"Cannot listen on {host!r}, port {port!r}: {exc.strerror or exc}. Choose another with --host or --port."
        ) from exc
    listener.setblocking(False)
    return listener


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
