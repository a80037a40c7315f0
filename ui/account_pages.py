"""The sign-in page and the page about one's own account: plain forms that work without JavaScript."""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.errors import ConfigError
from ui.accounts import NAME_CHARS, PASSWORD_CHARS, SESSION_DAYS, Accounts, LockedError, User
from ui.escape import escape
from ui.guard import SESSION_COOKIE
from ui.signin import address_of
from ui.strings import LANGS, preferred_lang
from ui.viewer import cookie, viewer_of
from ui.wording.account import AccountWords, words_for

log = logging.getLogger(__name__)

_NEXT = re.compile(rf"(?:{'|'.join(LANGS)})/(?:\?[\w=&%.~+-]{{0,500}})?")
_FORM = "application/x-www-form-urlencoded"
_FORM_BYTES = 20_000


def build_account_router(accounts: Accounts, on_failure: Callable[[], None] = lambda: None) -> APIRouter:
    """The pages of a server with accounts.

    Args:
        accounts: Who has an account.
        on_failure: Called when a sign-in fails.
    """
    router = APIRouter(prefix="/ui", include_in_schema=False)

    @router.get("/sign-in")
    def form(request: Request, lang: str = "", next: str = "") -> Response:
        return _page(_sign_in_html(words_for(_lang(request, lang)), next=_next(next)))

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        values = await _form(request)
        words, target, name = words_for(values.get("lang", "")), _next(values.get("next", "")), values.get("name", "")
        try:
            user = await run_in_threadpool(
                accounts.check_password, name, values.get("password", ""), address_of(request.scope)
            )
        except LockedError as exc:
            on_failure()
            log.warning("Sign-in refused, too many failures, from %s", address_of(request.scope))
            told = words.locked.format(minutes=math.ceil(exc.seconds / 60))
            page = _page(_sign_in_html(words, next=target, name=name, told=told), 429)
            page.headers["Retry-After"] = str(exc.seconds)
            return page
        if user is None:
            on_failure()
            log.warning("Sign-in failed from %s", address_of(request.scope))
            return _page(_sign_in_html(words, next=target, name=name, told=words.wrong), 401)
        _end_session(accounts, request)
        return _with_session(accounts, request, user, RedirectResponse(f"../{target}", status_code=303))

    @router.post("/sign-out")
    def sign_out(request: Request) -> Response:
        _end_session(accounts, request)
        reply = RedirectResponse("sign-in", status_code=303)
        reply.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=_https(request))
        return reply

    @router.get("/account")
    def account(request: Request, lang: str = "") -> Response:
        return _page(_account_html(request, words_for(_lang(request, lang))))

    @router.post("/account")
    async def change_password(request: Request) -> Response:
        values = await _form(request)
        words, viewer = words_for(values.get("lang", "")), viewer_of(request)
        if not viewer.user.startswith("user:"):
            return JSONResponse({"error": {"type": "ForbiddenError", "message": "A key has no password."}}, 403)
        new = values.get("new", "")
        if new != values.get("again", ""):
            return _page(_account_html(request, words, told=words.not_repeated), 422)
        try:
            user = await run_in_threadpool(
                accounts.check_password, viewer.name, values.get("current", ""), address_of(request.scope)
            )
            if user is None:
                on_failure()
                return _page(_account_html(request, words, told=words.wrong_current), 403)
            await run_in_threadpool(accounts.set_password, user.name, new)
        except LockedError as exc:
            told = words.locked.format(minutes=math.ceil(exc.seconds / 60))
            return _page(_account_html(request, words, told=told), 429)
        except ConfigError:
            told = words.password_rule.format(shortest=PASSWORD_CHARS[0])
            return _page(_account_html(request, words, told=told), 422)
        page = _page(_account_html(request, words, told=words.changed))
        return _with_session(accounts, request, user, page)

    return router


def whoami_router() -> APIRouter:
    """Who is looking, for the masthead; on every server."""
    router = APIRouter(prefix="/ui", include_in_schema=False)

    @router.get("/whoami")
    def whoami(request: Request) -> dict[str, str]:
        viewer = viewer_of(request)
        return {"name": viewer.name, "role": viewer.role.name.lower()}

    return router


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form; none of a request that is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        return {}
    body = await request.body()
    if len(body) > _FORM_BYTES:
        return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    return {name: values[-1] for name, values in fields.items()}


def _with_session(accounts: Accounts, request: Request, user: User, reply: Response) -> Response:
    reply.set_cookie(
        SESSION_COOKIE,
        accounts.start_session(user),
        max_age=SESSION_DAYS * 86400,  # the server ends it earlier when it is not used
        path="/",
        httponly=True,
        samesite="lax",
        secure=_https(request),
    )
    return reply


def _end_session(accounts: Accounts, request: Request) -> None:
    token = cookie(request.headers.get("cookie", ""), SESSION_COOKIE)
    if token:
        accounts.end_session(token)


def _https(request: Request) -> bool:
    return request.url.scheme == "https"


def _lang(request: Request, lang: str) -> str:
    return lang if lang in LANGS else preferred_lang(request.headers.get("accept-language", ""))


def _next(target: str) -> str:
    """Where to go after signing in: a page of ours, whatever a link said."""
    return target if _NEXT.fullmatch(target) else ""


def _page(body: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(body, status_code=status)


def _document(words: AccountWords, title: str, body: str, other: str) -> str:
    return (
        f'<!doctype html><html lang="{words.lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)} · {escape(words.product)}</title>"
        '<link rel="stylesheet" href="static/app.css"><link rel="stylesheet" href="static/account.css">'
        '<link rel="icon" href="static/icon.svg" type="image/svg+xml"></head>'
        f'<body class="account"><main><p class="account-brand">{escape(words.product)}</p>'
        f"<h1>{escape(title)}</h1>{body}"
        f'<p class="account-lang"><a href="?{escape(other)}" lang="{words.other_lang}" '
        f'hreflang="{words.other_lang}">{escape(words.other_lang_name)}</a></p></main></body></html>'
    )


def _told(told: str) -> str:
    return f'<p class="account-told" role="alert">{escape(told)}</p>' if told else ""


def _field(label: str, name: str, kind: str, autocomplete: str, value: str = "", *, focus: bool = False) -> str:
    longest = NAME_CHARS if kind == "text" else PASSWORD_CHARS[1]
    return (
        f'<label for="{name}">{escape(label)}</label><input id="{name}" name="{name}" type="{kind}" required '
        f'maxlength="{longest}" autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false" '
        f'value="{escape(value)}"{" autofocus" if focus else ""}>'
    )


def _sign_in_html(words: AccountWords, *, next: str, name: str = "", told: str = "") -> str:
    hidden = f'<input type="hidden" name="lang" value="{words.lang}"><input type="hidden" name="next" value="{escape(next)}">'
    body = (
        f'<p class="account-lead">{escape(words.lead)}</p>{_told(told)}'
        f'<form method="post" action="sign-in">{hidden}'
        f"{_field(words.name, 'name', 'text', 'username', name[:NAME_CHARS], focus=not name)}"
        f"{_field(words.password, 'password', 'password', 'current-password', focus=bool(name))}"
        f'<button type="submit">{escape(words.sign_in)}</button></form>'
    )
    return _document(words, words.sign_in, body, urlencode({"lang": words.other_lang, "next": next}))


def _account_html(request: Request, words: AccountWords, *, told: str = "") -> str:
    viewer = viewer_of(request)
    signed_in = words.signed_in_as.format(name=viewer.name, role=words.roles[viewer.role - 1])
    body = (
        f"<p>{escape(signed_in)}</p>{_told(told)}"
        f'<form method="post" action="sign-out"><button type="submit">{escape(words.sign_out)}</button></form>'
        f'<h2>{escape(words.change)}</h2><form method="post" action="account">'
        f'<input type="hidden" name="lang" value="{words.lang}">'
        f"{_field(words.current_password, 'current', 'password', 'current-password')}"
        f"{_field(words.new_password, 'new', 'password', 'new-password')}"
        f"{_field(words.repeat_password, 'again', 'password', 'new-password')}"
        f'<p class="account-hint">{escape(words.password_rule.format(shortest=PASSWORD_CHARS[0]))}</p>'
        f'<button type="submit">{escape(words.change)}</button></form>'
        f'<p><a href="../{words.lang}/">{escape(words.back)}</a></p>'
    )
    return _document(words, words.account, body, urlencode({"lang": words.other_lang}))
