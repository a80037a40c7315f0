"""The Compare page: products side by side, each value cited. Our own HTML with ``static/compare.js``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from assistant.errors import AssistantError
from assistant.text.normalise import normalise
from assistant.verify.compare import Comparable
from ui import render
from ui.compare_view import comparison_csv, comparison_html
from ui.escape import escape
from ui.parts import html_block
from ui.protocol import AssistantLike
from ui.strings import Strings, strings_for
from ui.viewer import viewer_of
from ui.wording.compare import CompareWords, words_for

MOST_NAMES = 20
MOST_ATTRIBUTES = 60
_SUGGESTED = 8
_NO_STORE = {"Cache-Control": "no-store"}
_Name = Annotated[str, Field(max_length=1000)]
Names = Annotated[list[_Name], Query(max_length=MOST_NAMES, default_factory=list)]
Attributes = Annotated[list[_Name], Query(max_length=MOST_ATTRIBUTES, default_factory=list)]


def compare_page(strings: Strings) -> None:
    """The page before the first comparison; the script fills the pickers and the result."""
    words = words_for(strings.lang)
    html_block(
        f'<div class="desk-page" data-page-of="compare" data-offline="{escape(words.offline)}">'
        f'<p class="lead">{escape(words.lead)}</p><div class="pickers">'
        + _picker("names", words.names, words.names_placeholder, words.names_hint, words)
        + _picker("attributes", words.attributes, words.attributes_placeholder, words.attributes_hint, words)
        + "</div>"
        f'<div id="compare-suggested" class="suggested" hidden><span class="meta">{escape(words.suggested)}</span></div>'
        '<div class="actions">'
        f'<button type="button" class="tool primary" id="compare-run">{escape(words.run)}</button>'
        f'<button type="button" class="tool" id="compare-clear">{escape(words.clear)}</button></div>'
        f'<div id="compare-table" class="report" data-none="{escape(words.no_sheets)}">'
        f'<p class="empty-state">{escape(words.empty_state)}</p></div></div>',
        elem_id="compare-page",
    )


def _picker(name: str, label: str, placeholder: str, hint: str, words: CompareWords) -> str:
    return (
        f'<div class="field picker" id="{name}" data-remove="{escape(words.remove)}" '
        f'data-no-match="{escape(words.no_match)}"><label for="{name}-input">{escape(label)}</label>'
        '<div class="picker-field"><div class="picker-box"><ul class="picked"></ul>'
        f'<input type="text" id="{name}-input" role="combobox" aria-expanded="false" aria-controls="{name}-list" '
        f'aria-autocomplete="list" aria-describedby="{name}-hint" autocomplete="off" maxlength="1000" '
        f'placeholder="{escape(placeholder)}"></div>'
        f'<ul id="{name}-list" role="listbox" class="choices" aria-label="{escape(label)}" hidden></ul></div>'
        f'<span class="meta" id="{name}-hint">{escape(hint)}</span></div>'
    )


def compare_router(assistant: AssistantLike) -> APIRouter:
    """``/ui/compare``: what can be compared, the comparison as HTML, and as CSV."""
    router = APIRouter(prefix="/ui/compare", include_in_schema=False)

    @router.get("/choices")
    def choices(request: Request, lang: str = "ja") -> Response:
        viewer_of(request)
        known = assistant.comparables()
        attributes: dict[str, list[str]] = {}
        for item in known:
            for name, other in item.attributes:
                shown, alias = (other or name, name) if lang == "en" else (name, other)
                attributes.setdefault(shown, [alias] if alias != shown else [])
        return JSONResponse(
            {
                "names": [{"name": item.entity, "also": list(item.aliases)} for item in known],
                "attributes": [{"name": name, "also": also} for name, also in attributes.items()],
                "suggested": [item.entity for item in known[:_SUGGESTED]],
            },
            headers=_NO_STORE,
        )

    @router.get("")
    def compare(request: Request, name: Names, attribute: Attributes, lang: str = "ja") -> Response:
        viewer_of(request)
        strings, words = strings_for(lang), words_for(lang)
        entities, attributes = split_names(name), split_names(attribute)
        known = assistant.comparables()
        if not known:
            return _html(f'<p class="notice" data-announce>{escape(words.no_sheets)}</p>')
        if len(entities) < 2:
            return _html(render.error_html(words.two_names, strings))
        if unknown := _unknown(entities, known, words):
            return _html(render.error_html(unknown, strings))
        try:
            comparison = assistant.compare(entities, attributes=attributes)
        except AssistantError as exc:
            return _html(render.error_html(str(exc), strings))
        query = urlencode([("name", one) for one in entities] + [("attribute", one) for one in attributes])
        link = f"../ui/compare/export?{query}&lang={strings.lang}"
        return _html(comparison_html(comparison, _other_names(known), strings, csv_link=link))

    @router.get("/export")
    def export(request: Request, name: Names, attribute: Attributes, lang: str = "ja") -> Response:
        viewer_of(request)
        strings, words = strings_for(lang), words_for(lang)
        comparison = assistant.compare(split_names(name), attributes=split_names(attribute))
        disposition = f"attachment; filename*=UTF-8''{quote(words.file_name + '.csv')}"
        return Response(
            comparison_csv(comparison, _other_names(assistant.comparables()), strings),
            media_type="text/csv; charset=utf-8",
            headers={**_NO_STORE, "Content-Disposition": disposition},
        )

    return router


def split_names(given: Sequence[str]) -> list[str]:
    """Names, one each or several with commas between, Japanese or not; empty ones and repeats are dropped."""
    parts = [part.strip() for text in given for part in re.split(r"[,，、\n]", text)]
    return list(dict.fromkeys(part for part in parts if part))


def _other_names(known: Sequence[Comparable]) -> Mapping[str, str]:
    return {name: other for item in known for name, other in item.attributes if other}


def _unknown(names: Sequence[str], known: Sequence[Comparable], words: CompareWords) -> str:
    """What to say of names no sheet has; empty when all are known."""
    spellings = {_key(spelling): item.entity for item in known for spelling in (item.entity, *item.aliases)}
    told = []
    for name in names:
        if _key(name) not in spellings:
            near = difflib.get_close_matches(_key(name), spellings, n=3, cutoff=0.5)
            similar = "、".join(dict.fromkeys(spellings[key] for key in near))
            told.append(
                words.unknown.format(name=name) + (" " + words.did_you_mean.format(names=similar) if similar else "")
            )
    return " ".join(told)


def _key(text: str) -> str:
    return "".join(char for char in normalise(text) if char.isalnum())


def _html(html: str) -> Response:
    return JSONResponse({"html": html}, headers=_NO_STORE)
