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
from ui.account_pages import build_account_router, whoami_router
from ui.accounts import Accounts
from ui.app import build_app, theme
from ui.ask_routes import build_ask_router
from ui.askdesk import AskDesk
from ui.check import check_router
from ui.compare import compare_router
from ui.evals import evals_router
from ui.guard import SESSION_COOKIE, Guard
from ui.library import IndexDesk
from ui.library_routes import library_router
from ui.limits import RateLimit
from ui.memory import release
from ui.metrics import CONTENT_TYPE, Metrics
from ui.parts import STATIC_DIR
from ui.protocol import AssistantLike
from ui.rest import build_router, error_response, http_status
from ui.rest_models import Text
from ui.served import Served
from ui.signin import SignedIn, address_of
from ui.source import source_html
from ui.strings import LANGS, preferred_lang, strings_for
from ui.viewer import Role, Viewer, Visitors, viewer_of
from ui.workers import ProcessWorker, default_workers, open_assistant

log = logging.getLogger(__name__)

LANG_COOKIE = "assistant_lang"
API_THREADS = 100
"""Threads for plain routes; Starlette's 40 would queue a busy morning."""
STOP_SECONDS = 3
"""How long a stop waits for answers under way."""
DEFAULT_RATE = 60
"""Costly requests of one viewer a minute, where others than the one on this machine are served."""
_PROBE = "ready"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def create_server(
    assistant: AssistantLike,
    *,
    allowed_hosts: Sequence[str] | None = None,
    editors: bool = False,
    accounts: Accounts | None = None,
    workers: Sequence[ProcessWorker] = (),
    rate_per_minute: float = 0,
) -> FastAPI:
    """Everything that answers over HTTP, ready for uvicorn or a test client.

    Args:
        assistant: What answers. It is used from several threads and is not closed here.
        editors: Without accounts, everybody is an editor: what is withdrawn is listed and opens, marked, and
            folders of this machine can be indexed.
        allowed_hosts: Host names the server answers to; ``None`` for any.
        accounts: Who may sign in; without it nobody has to.
        workers: Processes that answer; without them this one does.
        rate_per_minute: Requests that take work of one viewer a minute; 0 for no limit.
    """
    import gradio as gr

    metrics = Metrics()
    assistant = served = Served(assistant, workers=workers, on_job=metrics.job)
    metrics.watch(served.direct, lambda: served.pool.waiting)
    ask_desk = AskDesk(assistant, getattr(assistant.settings, "home", None))
    app = FastAPI(
        title="article assistant",
        docs_url=None,  # these pages load their script from elsewhere
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=_lifespan(served, workers, ask_desk.close),
    )
    app.state.served = served
    _describe(app)
    app.include_router(build_router(served))
    app.include_router(whoami_router())
    if accounts is not None:
        app.include_router(build_account_router(accounts, metrics.sign_in_failed))
    app.include_router(build_ask_router(assistant, ask_desk))
    app.include_router(check_router(assistant))
    app.include_router(compare_router(assistant))
    app.include_router(library_router(assistant, IndexDesk(assistant)))
    app.include_router(evals_router(assistant))
    _add_pages(app, assistant)
    _add_metrics(app, metrics)
    _add_errors(app, metrics)
    app.mount("/ui/static", StaticFiles(directory=STATIC_DIR), name="static")
    for lang in LANGS:
        gr.mount_gradio_app(
            app,
            build_app(lang),
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
    if rate_per_minute:
        app.add_middleware(RateLimit, per_minute=rate_per_minute, on_limited=metrics.limited)
    if accounts is not None:
        app.add_middleware(SignedIn, accounts=accounts, on_failure=metrics.sign_in_failed)
    else:
        app.add_middleware(Visitors, role=Role.EDITOR if editors else Role.READER)
    app.add_middleware(Guard, allowed_hosts=allowed_hosts, on_request=metrics.request)
    return app


def _lifespan(
    served: Served, workers: Sequence[ProcessWorker], close: Callable[[], None]
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    def warm_up() -> None:
        try:
            served.direct.search(_PROBE, top_k=1)
        except AssistantError as exc:
            log.warning("Not ready: %s", exc)
        release()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        import anyio.to_thread

        anyio.to_thread.current_default_thread_limiter().total_tokens = API_THREADS
        # Some systems call .js text/plain, which browsers then refuse to run.
        mimetypes.add_type("text/javascript", ".js")
        # The first search opens the index; no reader should wait for that.
        for begin in (warm_up, *(worker.warm_up for worker in workers)):
            threading.Thread(target=begin, name="warm-up", daemon=True).start()
        yield
        close()
        served.close()

    return lifespan


def _add_pages(app: FastAPI, assistant: Served) -> None:
    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        lang = request.cookies.get(LANG_COOKIE, "")
        if lang not in LANGS:
            lang = preferred_lang(request.headers.get("accept-language", ""))
        # Relative, so that it also works below a proxy's prefix.
        return RedirectResponse(f"{lang}/", status_code=307, headers={"Vary": "Accept-Language, Cookie"})

    @app.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    @app.get("/readyz")
    def readyz() -> Response:
        """A search works; 503 with the reason when it does not. Asked directly: it does not wait its turn."""
        assistant.direct.search(_PROBE, top_k=1)
        return JSONResponse({"status": "ready"})

    @app.get("/ui/source", include_in_schema=False)
    def source(
        request: Request,
        article_id: Annotated[Text, Query(min_length=1, max_length=500)],
        version: Annotated[int | None, Query(ge=1, le=2**31)] = None,
        start: Annotated[int, Query(ge=0, le=2**31)] = 0,
        end: Annotated[int, Query(ge=0, le=2**31)] = 0,
        lang: str = "ja",
    ) -> HTMLResponse:
        """The source panel's content: escaped HTML that the page's script puts beside the chat."""
        strings = strings_for(lang)
        try:
            article = assistant.show(article_id, version, reader=not viewer_of(request).is_editor)
        except AssistantError as exc:
            return HTMLResponse(render.error_html(str(exc), strings), status_code=http_status(exc))
        return HTMLResponse(source_html(article, strings, start=start, end=end, related=assistant.related(article_id)))


def _describe(app: FastAPI) -> None:
    """The OpenAPI description with the ways to say who one is, which middleware reads and not the routes."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        described = made()
        described.setdefault("components", {})["securitySchemes"] = {
            "apiKey": {"type": "http", "scheme": "bearer", "description": "`assistant key add`"},
            "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE, "description": "/ui/sign-in"},
        }
        # On a server without accounts neither is asked for.
        described["security"] = [{"apiKey": []}, {"session": []}]
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _add_metrics(app: FastAPI, metrics: Metrics) -> None:
    @app.get("/metrics", include_in_schema=False)
    def read(request: Request) -> Response:
        """For this machine itself and for administrators: how a newsroom is used is its own business."""
        viewer = request.scope.get("state", {}).get("viewer")
        if not (_from_here(request) or (isinstance(viewer, Viewer) and viewer.role >= Role.ADMIN)):
            raise HTTPException(401 if viewer is None else 403, "Metrics are for administrators.")
        return Response(metrics.text(), media_type=CONTENT_TYPE)


def _from_here(request: Request) -> bool:
    """Whether a request was made on this machine, and not handed on by a proxy on it."""
    forwarded = any(name in request.headers for name in ("forwarded", "x-forwarded-for", "x-real-ip", "via"))
    return not forwarded and _is_loopback(address_of(request.scope))


def _add_errors(app: FastAPI, metrics: Metrics) -> None:
    def json_error(status: int, kind: str, message: str) -> JSONResponse:
        return JSONResponse({"error": {"type": kind, "message": message}}, status_code=status)

    @app.exception_handler(AssistantError)
    async def expected(_: Request, exc: AssistantError) -> JSONResponse:
        log.warning("Request failed: %s", exc)
        metrics.error(exc)
        return error_response(exc)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, exc: RequestValidationError) -> JSONResponse:
        problems = "; ".join(f"{'.'.join(str(part) for part in item['loc'])}: {item['msg']}" for item in exc.errors())
        return json_error(422, "RequestError", f"The request is not as described: {problems}.")

    @app.exception_handler(HTTPException)
    async def http(_: Request, exc: HTTPException) -> JSONResponse:
        kinds = {401: "SignInRequired", 403: "ForbiddenError", 404: "NotFound", 405: "MethodNotAllowed"}
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
    _start_log()
    if _is_loopback(host):
        allowed_hosts = (*LOOPBACK_NAMES, host, *(allowed_hosts or ()))
    accounts = accounts_of(assistant.settings)
    chosen = getattr(getattr(assistant.settings, "serve", None), "editors", None)
    # Names allowed besides stand for a proxy in front, and with it for other people.
    local = _is_loopback(host) and not getattr(getattr(assistant.settings, "serve", None), "allowed_hosts", ())
    editors = local if chosen is None else bool(chosen)
    if accounts is None and not _is_loopback(host):
        log.warning(
            "Serving %s without sign-in: everybody who can reach this machine can read the library%s. Set "
            "ASSISTANT_AUTH__ENABLED=true to ask for a sign-in.",
            host,
            " and act as an editor" if editors else "",
        )
    app = create_server(
        assistant,
        allowed_hosts=allowed_hosts or None,
        editors=editors,
        accounts=accounts,
        workers=workers_of(assistant.settings, alone=local and accounts is None),
        rate_per_minute=rate_of(assistant.settings, alone=local and accounts is None),
    )
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


def accounts_of(settings: Any) -> Accounts | None:
    """The accounts that the settings ask for.

    Raises:
        ConfigError: There is nobody yet who could sign in.
    """
    auth = getattr(settings, "auth", None)
    if not getattr(auth, "enabled", False):
        return None
    accounts = Accounts(
        settings.home,
        session_hours=auth.session_hours,
        lockout_failures=auth.lockout_failures,
        lockout_minutes=auth.lockout_minutes,
    )
    if not accounts.users() and not accounts.api_keys():
        raise ConfigError(
            "auth.enabled is set, but nobody can sign in. Make the first account: assistant user add NAME --role admin."
        )
    return accounts


def _start_log() -> None:
    """The server's own log, with the requests, on standard error: one line each, with the time."""
    logger = logging.getLogger("ui")
    logger.setLevel(logging.INFO)
    if not logger.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        logger.addHandler(handler)
        logger.propagate = False  # a command prints warnings its own way


def rate_of(settings: Any, *, alone: bool) -> int:
    """Costly requests of one viewer a minute, 0 for no limit; ``alone`` is as for :func:`workers_of`."""
    wanted = getattr(getattr(settings, "serve", None), "rate_per_minute", 0)
    if wanted is None:
        return 0 if alone else DEFAULT_RATE
    return int(wanted)


def workers_of(settings: Any, *, alone: bool) -> list[ProcessWorker]:
    """The processes that answer.

    Args:
        settings: Those in force.
        alone: The server is one person's own, on this machine: one process is enough.
    """
    wanted = getattr(getattr(settings, "serve", None), "workers", 0)
    if getattr(getattr(settings, "reader", None), "model", "") != "extractive":
        return []  # a chat model computes elsewhere
    if wanted is None:
        wanted = 0 if alone else default_workers()
    return [ProcessWorker(settings, open_assistant) for _ in range(wanted)]


def _stop_streams(app: FastAPI) -> None:
    app.state.served.stop()
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
