"""Finds the article in a page: which element holds it, and what in it is not part of it."""

from __future__ import annotations

import re
from collections.abc import Callable

from assistant.ingest.htmlwalk import Element, is_hidden
from assistant.text.patterns import lazy_pattern

_NOT_TEXT = frozenset(
    {"script", "style", "noscript", "template", "form", "button", "svg", "iframe", "select", "dialog"}
)
_NOT_PROSE = _NOT_TEXT | {"a", "nav", "footer", "aside"}
_CHROME_TAGS = frozenset({"nav", "footer", "menu"})
_CHROME_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar"})
_CHROME = frozenset(
    [
        "nav",
        "navi",
        "navigation",
        "gnav",
        "globalnav",
        "breadcrumb",
        "breadcrumbs",
        "topicpath",
        "pankuzu",
        "sidebar",
        "footer",
        "ad",
        "ads",
        "adv",
        "advert",
        "advertisement",
        "advertising",
        "adsbygoogle",
        "adsense",
        "banner",
        "sponsor",
        "sponsored",
        "sponsors",
        "promo",
        "promotion",
        "newsletter",
        "subscribe",
        "cookie",
        "consent",
        "related",
        "relation",
        "recommend",
        "recommended",
        "recommendation",
        "recommendations",
        "ranking",
        "popular",
        "pagination",
        "pager",
        "comments",
        "outbrain",
        "taboola",
        "skiplink",
        "sitemap",
        "copyright",
    ]
)
"""Words in ``class`` or ``id`` that name a part of the page which is never the article."""
_MAYBE_CHROME = frozenset(
    [
        "menu",
        "share",
        "sharing",
        "sns",
        "social",
        "comment",
        "widget",
        "tag",
        "tags",
        "tool",
        "tools",
        "toolbar",
        "print",
        "follow",
        "pr",
    ]
)
"""Words that articles use for themselves too (``market-share``): only short, link-like parts are left out."""
_BYLINE = frozenset(
    [
        "byline",
        "dateline",
        "timestamp",
        "pubdate",
        "date",
        "datetime",
        "posted",
        "author",
        "writer",
        "published",
        "updated",
    ]
)
_RELATED = lazy_pattern(
    r"[【\[■◆●▼▶＞>\s]*(?:関連(?:記事|ニュース|リンク|トピックス|キーワード|情報|タグ)|(?:あわせて|合わせて|こちらも)読みたい|"
    r"おすすめ(?:の)?(?:記事|ニュース)?|(?:人気|注目|最新|新着)(?:の)?(?:記事|ニュース)|(?:アクセス)?ランキング|"
    r"この記事を(?:シェア|共有)|シェアする|広告|スポンサーリンク|PR|"
    r"related(?: articles| stories| news)?|read (?:more|also|next)|recommended(?: for you)?|more from\b.*|"
    r"most (?:read|popular)|advertisement|share this(?: article)?)[】\]:：\s]*",
    re.IGNORECASE,
)
_WORDS = lazy_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_SENTENCE_END = lazy_pattern(r"[。．！？]|[.!?](?:\s|$)")
_MIN_PROSE_CHARS = 40
_SHARE_OF_PAGE = 0.4


def find_region(body: Element) -> Element | None:
    """The element that clearly holds the article: its ``<article>``, ``articleBody`` or ``<main>``.

    None when there is none, or several that could be: then the whole page has to be judged.
    """
    whole = prose_chars(body)
    mains = _outermost(body, lambda element: element.tag == "main" or element.get("role") == "main")
    for candidates in (
        _outermost(body, lambda element: element.tag == "article" or element.get("role") == "article"),
        _outermost(body, lambda element: "articleBody" in (element.get("itemprop") or "")),
        mains,
    ):
        sized = sorted(((prose_chars(element), index) for index, element in enumerate(candidates)), reverse=True)
        if not sized:
            continue
        size, index = sized[0]
        best = candidates[index]
        next_size = sized[1][0] if len(sized) > 1 else 0
        alone = next_size * 2 <= size or best.find(".//h1") is not None
        if size >= _MIN_PROSE_CHARS and size >= _SHARE_OF_PAGE * whole and alone:
            return best
    return None


def is_chrome(element: Element) -> bool:
    """Whether an element inside an article is a menu, an advertisement, a share bar or the like."""
    tag = element.tag
    if tag in _NOT_TEXT or tag in _CHROME_TAGS or (element.get("role") or "") in _CHROME_ROLES:
        return True
    names = _names(element)
    if names & _CHROME:
        return element.find(".//h1") is None  # "has-sidebar" on what holds everything
    if tag == "aside":
        return _is_link_list(element) or _RELATED.match(_text(element)) is not None
    if names & _MAYBE_CHROME and tag not in ("table", "p", "h1"):
        text = _text(element)
        return len(_SENTENCE_END.findall(text)) < 2 and element.find(".//table") is None
    if names & _BYLINE or tag == "time":
        # The head of the article says it already.
        return len(_text(element)) <= 80 and not _SENTENCE_END.search(_text(element))
    if tag in ("ul", "ol", "div", "section", "p"):
        return _is_related_links(element)
    return bool(re.fullmatch("h[2-6]|strong", str(tag))) and _RELATED.fullmatch(_text(element)) is not None


def remove_chrome(body: Element) -> None:
    """Take out of a page, in place, what ``is_chrome`` says is not the article."""
    for child in list(body):
        if isinstance(child.tag, str):
            if is_chrome(child):
                child.drop_tree()
            else:
                remove_chrome(child)


def prose_chars(element: Element) -> int:
    """How many characters of an element are neither links nor page furniture."""
    total = len((element.text or "").strip())
    for child in element:
        if (
            isinstance(child.tag, str)
            and child.tag not in _NOT_PROSE
            and not (is_hidden(child) or _names(child) & _CHROME)
        ):
            total += prose_chars(child)
        total += len((child.tail or "").strip())
    return total


def _is_related_links(element: Element) -> bool:
    """Links below or behind a heading like 関連記事."""
    if not _is_link_list(element):
        return False
    if _RELATED.match(_text(element)):
        return True
    before = element.getprevious()
    while before is not None and not isinstance(before.tag, str):
        before = before.getprevious()
    return before is not None and _RELATED.fullmatch(_text(before)) is not None


def _is_link_list(element: Element) -> bool:
    text = _text(element)
    linked = sum(len(_text(link)) for link in element.iter("a"))
    return bool(text) and linked >= 0.6 * len(text)


def _outermost(body: Element, wanted: Callable[[Element], bool]) -> list[Element]:
    return [
        element
        for element in body.iter()
        if isinstance(element.tag, str)
        and wanted(element)
        and not any(
            wanted(ancestor) or ancestor.tag in ("aside", "nav", "footer") or _names(ancestor) & _CHROME
            for ancestor in element.iterancestors()
        )
    ]


def _names(element: Element) -> set[str]:
    """The words in ``class`` and ``id``: ``articleFooter ad-slot`` gives article, footer, ad, slot."""
    raw = f"{element.get('class') or ''} {element.get('id') or ''}"
    if raw == " ":
        return set()
    if element.tag in ("body", "html", "main", "article"):  # "has-sidebar", "with-ads": about the page
        return set()
    return {word.lower() for word in _WORDS.findall(raw)}


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
