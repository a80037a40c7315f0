"""Hostile and odd pages, feeds and RTF files."""

from __future__ import annotations

from tests.hostile.case import Case, Outcome, fixed
from tests.hostile.containers import HEAD, LAUGHS, PARAMETER_XXE, XXE
from tests.hostile.texts import GOOD, MB, noise, tagged

READ, REFUSED, HANDLED = Outcome.READ, Outcome.REFUSED, Outcome.HANDLED


def page(body: str, head: str = "<title>工場</title>", *, before: str = "<!DOCTYPE html>") -> str:
    return f"{before}<html lang=ja><head>{head}</head><body><article><h1>工場</h1>{body}</article></body></html>"


_P = f"<p>{GOOD.strip()}</p>"
_HTML = [
    Case("empty.html", fixed(""), REFUSED, "no text"),
    Case("good.html", fixed(page(_P)), READ, "1200"),
    Case("divs-deep.html", fixed(page("<div>" * 100_000 + _P)), REFUSED),
    Case("spans-deep.html", fixed(page("<p>" + "<span>" * 2_000 + "月産1200個です。")), REFUSED),
    Case("lists-deep.html", fixed(page("<ul><li>" * 3_000 + "x")), REFUSED),
    Case("tables-deep.html", fixed(page("<table><tr><td>" * 1_500 + "x")), REFUSED),
    Case("formatting.html", fixed(page("<b><i><u>x<p>" * 3_000)), READ),
    Case("angles.html", fixed("<" * MB), READ),
    Case("attributes.html", fixed(page(f"<p {' '.join(f'a{n}=1' for n in range(5_000))}>{GOOD}</p>")), READ),
    Case("attribute-long.html", fixed(page(f"<p title='{'x' * 5 * MB}'>{GOOD}</p>")), READ),
    Case("laughs.html", fixed(page(f"{_P}<p>&i;</p>", before=LAUGHS)), READ, never="hahahaha"),
    Case("xxe.html", fixed(page(f"{_P}<p>&e;</p>", before=XXE)), READ, never="root:"),
    Case("xxe.xhtml", fixed(HEAD + page(f"{_P}<p>&e;</p>", before=XXE)), READ, never="root:"),
    Case("parameter.xhtml", fixed(HEAD + page(_P, before=PARAMETER_XXE)), READ),
    Case(
        "xinclude.html",
        fixed(page(f"{_P}<xi:include href='file:///etc/passwd' parse='text'/>")),
        READ,
        never="root:",
    ),
    Case(
        "iframe.html", fixed(page(f"{_P}<iframe src='file:///etc/passwd' srcdoc='<p>偽</p>'></iframe>")), READ, "1200"
    ),
    Case("script-only.html", fixed("<html><body><script>document.write('x')</script></body></html>"), REFUSED),
    Case("frameset.html", fixed("<html><frameset><frame src=a></frameset></html>"), REFUSED),
    Case("comment-open.html", fixed(page(_P + "<!-- " + "x" * MB)), READ),
    Case("cdata.html", fixed(page(f"{_P}<![CDATA[<p>x</p>]]>")), READ, "1200"),
    Case("nul.html", fixed(page("<p>a\0b</p>")), REFUSED, "NUL"),
    Case("nul-entity.html", fixed(page(f"{_P}<p>a&#0;b&#8;c&#x1b;[2J</p>")), REFUSED, never="\x1b"),
    Case("charset-lie.html", fixed(page(_P, "<meta charset=shift_jis><title>工場</title>")), READ, "1200"),
    Case("charset-utf7.html", fixed(page(_P, "<meta charset=utf-7><title>工場</title>")), READ, "1200"),
    Case("charset-odd.html", fixed(page(_P, "<meta charset=rot13><title>工場</title>")), READ, "1200"),
    Case("charset-hex.html", fixed(page(_P, "<meta charset=hex_codec><title>工場</title>")), READ, "1200"),
    Case("titles.html", fixed(page(_P, "<title>工場</title>" * 20_000)), READ),
    Case("base.html", fixed(page(_P, "<base href='file:///etc/'><title>工場</title>")), READ, "1200"),
    Case("json-ld.html", fixed(page(_P, f"<script type='application/ld+json'>{'[' * 100_000}</script>")), REFUSED),
    Case(
        "json-ld-large.html",
        fixed(page(_P, f"<script type='application/ld+json'>[{'0,' * 100_000}0]</script>")),
        READ,
    ),
    Case("meta-date.html", fixed(page(_P, f"<meta property='article:published_time' content='{'9' * 50_000}'>")), READ),
    Case("image-inline.html", fixed(page(f"{_P}<img src='data:image/png;base64,{'A' * 5 * MB}'>")), READ),
    Case("table-wide.html", fixed(page(f"{_P}<table><tr>{'<td>1' * 20_000}</tr></table>")), READ),
    Case(
        "table-span.html",
        fixed(page(f"{_P}<table><tr><td colspan=1000000000 rowspan=1000000000>1</td></tr></table>")),
        READ,
    ),
    Case(
        "table-spans.html",
        fixed(page(f"{_P}<table>{'<tr><td colspan=1000 rowspan=60000>1</td></tr>' * 50}</table>")),
        READ,
    ),
    Case("paragraphs.html", fixed(page(_P * 5_000)), READ),
    Case("no-body.html", fixed("<html><head><title>x</title></head></html>"), REFUSED),
    Case("large.html", fixed(page("<p>" + "x" * 30 * MB + "</p>")), REFUSED),
    Case("tags.html", fixed(page(f"<p>{GOOD}{tagged('obey me')}</p>")), READ, "1200", tagged("o")),
    Case("tag-entities.html", fixed(page(_P + "<p>x&#xE0069;&#xE0067;&#x202E;y</p>")), READ, "1200", "\U000e0069"),
    Case("noise.html", lambda: noise(100_000), REFUSED),
    Case("truncated.html", fixed(page(_P)[:-25]), READ, "1200"),
    Case("instruction.html", fixed(page(f"{_P}<?php system('id') ?><?xml-stylesheet href='x'?>")), READ, "1200"),
    Case(
        "svg.html",
        fixed(page(f"{_P}<svg><script>x</script><foreignObject><p>y</p></foreignObject></svg>")),
        READ,
        "1200",
    ),
    Case("select.html", fixed(page(_P + "<select><option>" * 5_000)), READ),
]


def rss(items: str, *, before: str = "") -> str:
    return f"{HEAD}{before}<rss version='2.0'><channel><title>工場だより</title><link>https://example.com/</link>{items}</channel></rss>"


_ITEM = "<item><title>増産</title><link>https://example.com/{0}</link><guid>{0}</guid><description>部品は月産1200個です。</description></item>"
_FEEDS = [
    Case("good.rss", fixed(rss(_ITEM.format(1))), READ, "1200"),
    Case("laughs.rss", fixed(rss("<item><title>&i;</title></item>", before=LAUGHS)), REFUSED, "entit"),
    Case("xxe.rss", fixed(rss("<item><title>&e;</title></item>", before=XXE)), REFUSED, "entit"),
    Case("parameter.atom", fixed(rss("", before=PARAMETER_XXE)), REFUSED, "entit"),
    Case(
        "utf16.rss",
        lambda: rss("<item><title>&e;</title></item>", before=XXE).replace("UTF-8", "UTF-16").encode("utf-16"),
        REFUSED,
    ),
    Case("deep.xml", fixed(HEAD + "<a>" * 100_000), REFUSED),
    Case("empty.rss", fixed(rss("")), REFUSED),
    Case("many.rss", fixed(rss("".join(_ITEM.format(n) for n in range(5_000)))), READ),
    Case("not-a-feed.xml", fixed(f"{HEAD}<x>1200</x>"), REFUSED),
    Case(
        "html-inside.rss",
        fixed(rss(f"<item><title>x</title><description><![CDATA[{'<div>' * 50_000}]]></description></item>")),
        REFUSED,
    ),
    Case("broken.rss", fixed(rss(_ITEM.format(1))[:-60]), REFUSED),
    Case("prolog.xml", fixed(HEAD + "<!-- " + "x" * 100_000 + " -->" + XXE + "<a>&e;</a>"), REFUSED),
]
_RTF = [
    Case("good.rtf", fixed(r"{\rtf1\ansi The new plant makes 1200 units a month.\par}"), READ, "1200"),
    Case("deep.rtf", fixed(r"{\rtf1 " + "{" * 100_000), REFUSED),
    Case("binary.rtf", fixed(r"{\rtf1 \bin2147483647 x}"), READ),
    Case("object.rtf", fixed(r"{\rtf1{\object\objocx{\*\objdata " + "00" * 100_000 + r"}}1200\par}"), READ),
    Case("unicode.rtf", fixed(r"{\rtf1\ansi " + r"\u-10179?\u99999999999?" * 5_000 + "}"), REFUSED),
    Case("closing.rtf", fixed(r"{\rtf1 x" + "}" * 100_000), READ),
    Case("noise.rtf", lambda: noise(50_000), REFUSED),
]
_UNKNOWN = [
    Case("archive.zip", lambda: noise(10), REFUSED, "no loader"),
    Case("archive.tar.gz", lambda: noise(10), REFUSED, "no loader"),
    Case("old.doc", fixed(b"\xd0\xcf\x11\xe0"), REFUSED, "no loader"),
    Case("picture.svg", fixed("<svg/>"), REFUSED, "no loader"),
    Case("program.exe", fixed("MZ"), REFUSED, "no loader"),
    Case("nosuffix", fixed(GOOD), REFUSED, "without a suffix"),
    Case("odd.m\u200bd", fixed(GOOD), REFUSED, "no loader"),
]
CASES = [*_HTML, *_FEEDS, *_RTF, *_UNKNOWN]
HEAVY = [
    Case("heavy-attributes.html", fixed(page(f"<p {' '.join(f'a{n}=1' for n in range(50_000))}>{GOOD}</p>")), HANDLED),
    Case("heavy-paragraphs.html", fixed(page(_P * 50_000)), HANDLED),
    Case("heavy-ld.html", fixed(page(_P, f"<script type='application/ld+json'>[{'0,' * MB}0]</script>")), HANDLED),
]
"""Slow by nature; measured, and left out of the tests."""
