"""What an article that corrects another one says it corrects."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

from assistant.text.dates import find_dates
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.types import Article, BlockKind

CORRECTS, SUPERSEDES, NOTICE, SELF = "corrects", "supersedes", "notice", "self"

_TITLE = lazy_pattern(
    r"^\s*[【\[(（〔]?\s*(?:お詫び(?:と訂正)?|おわび(?:と訂正)?|訂正(?:とお詫び|とおわび)?)\s*(?:[】\])）〕:：\s]|$)"
    r"|(?:お詫び|おわび)(?:と訂正|します)|(?:記事|記述|内容|数値|価格|発表)の訂正(?:について)?\s*$"
    r"|^\s*(?:correction|corrected|corrigendum|erratum|clarification)\b",
    re.IGNORECASE,
)
_PARAGRAPH = lazy_pattern(
    r"^\s*(?:[【\[(（〔■◆※]?\s*(?:お詫びと訂正|おわびと訂正|訂正とお詫び|訂正)\s*[】\])）〕:：\n]"
    r"|(?:correction|corrected|clarification)\s*(?:\([^)\n]{1,40}\))?\s*[:：—–-]"
    r"|(?:editor['’]?s note\s*[:：—–-]\s*)?an? (?:earlier|previous|original) version of (?:this|the|our)\b)",
    re.IGNORECASE,
)
_ADMITS = lazy_pattern(
    r"訂正(?:し|いた|する|です)|誤り|誤って|間違い|お詫び|おわび|正しくは|"
    r"\b(?:incorrect\w*|wrong\w*|misstat\w*|mistaken\w*|erroneous\w*|error|should have|correct(?:ion|ed|s)?)\b",
    re.IGNORECASE,
)
_THIS_ARTICLE = lazy_pattern(
    r"(?:この|本)記事の?(?:初出|当初|公開時|以前)|(?:初出|公開|掲載|配信)(?:時点|時|当初)|"
    r"\b(?:earlier|previous|original) version of this\b|\bthis (?:article|story|report) (?:has been|was) corrected\b",
    re.IGNORECASE,
)
_QUOTED = lazy_pattern(r"「([^「」\n]{4,200})」|『([^『』\n]{4,200})』|“([^“”\n]{6,200})”|\"([^\"\n]{6,200})\"")
_URL = lazy_pattern(r"https?://[^\s<>「」『』、。）)\]|]+")


@dataclass(frozen=True, slots=True)
class Link:
    """One article that another corrects or supersedes, as the other names it."""

    kind: str  # CORRECTS, SUPERSEDES: ``name`` as in the front matter; NOTICE: a Mention as JSON; SELF
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """What a correction notice offers to find its article by."""

    names: tuple[str, ...]  # quoted titles and addresses, in the order of the text
    days: tuple[str, ...]  # ISO dates, to tell articles of one title apart

    def to_json(self) -> str:
        return json.dumps({"names": self.names, "days": self.days}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Mention:
        values = json.loads(text)
        return cls(tuple(values["names"]), tuple(values["days"]))


def find_links(article: Article) -> list[Link]:
    """What ``article`` corrects or supersedes: by its front matter, else by a correction notice in its text."""
    about = article.metadata
    links = [Link(SUPERSEDES, name) for name in about.supersedes] + [Link(CORRECTS, name) for name in about.corrects]
    if links:
        return links
    notice = notice_text(article)
    if not notice:
        return []
    if _THIS_ARTICLE.search(notice):
        return [Link(SELF, article.article_id)]
    names = [next(filter(None, match.groups())) for match in _QUOTED.finditer(notice)]
    names += [match.group().rstrip(".,;") for match in _URL.finditer(notice)]
    dates = find_dates(notice, anchor=_published(article))
    days = [item.first.isoformat() for item in dates if item.first is not None and item.first == item.last]
    return [Link(NOTICE, Mention(tuple(dict.fromkeys(names)), tuple(dict.fromkeys(days))).to_json())]


def notice_text(article: Article) -> str:
    """The correction notice in an article: all of it when the title announces one, else the paragraphs
    from the one that begins like a notice. Empty when there is none."""
    paragraphs = [
        article.text[block.start : block.end]
        for block in article.blocks
        if block.kind not in (BlockKind.TITLE, BlockKind.METADATA, BlockKind.SEPARATOR)
    ]
    if _TITLE.search(article.title):
        text = "\n".join(paragraphs)
        return text if _ADMITS.search(text) else ""
    first = next((number for number, text in enumerate(paragraphs) if _PARAGRAPH.match(text)), None)
    if first is None:
        return ""
    text = "\n".join(paragraphs[first : first + 3])
    return text if _ADMITS.search(text) else ""


def _published(article: Article) -> date | None:
    """The day of publication, which gives 3月2日 its year."""
    try:
        return date.fromisoformat((article.metadata.published or "")[:10])
    except ValueError:
        return None


def title_key(title: str) -> str:
    """A title as it is compared: folded, letters and digits only."""
    return "".join(char for char in normalise(title) if char.isalnum())


def url_key(url: str) -> str:
    """An address as it is compared: no scheme, ``www.``, query, fragment or closing slash."""
    plain = re.sub(r"^[a-z][a-z0-9+.-]*://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)
    return re.split(r"[?#]", plain)[0].rstrip("/").lower()


def tail_of(path: str) -> str:
    """The end of a path as a correction may name it: ``posts/price.md`` without ``./`` and ``/`` in front."""
    return re.sub(r"^(?:\.{0,2}/)+", "", path.replace("\\", "/").strip())
