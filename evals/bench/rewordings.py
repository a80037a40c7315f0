"""Rewordings that leave the meaning of a Japanese sentence as it is: widths, politeness, eras, units, synonyms."""

from __future__ import annotations

import random
import re

from assistant.text.quantities import find_quantities


def _full_width(text: str) -> str:
    return text.translate({ord(char): chr(ord(char) + 0xFEE0) for char in "0123456789"})


def _politer(text: str) -> str:
    for old, new in (
        ("である。", "です。"),
        ("だった。", "でした。"),
        ("になった。", "になりました。"),
        ("している。", "しています。"),
        ("された。", "されました。"),
        ("した。", "しました。"),
        ("する。", "します。"),
        ("だ。", "です。"),
        ("れている。", "れています。"),
    ):
        if text.endswith(old):
            return text[: -len(old)] + new
    return text


def _era(text: str) -> str:
    def year(match: re.Match[str]) -> str:
        number = int(match.group(1))
        for name, first in (("令和", 2019), ("平成", 1989), ("昭和", 1926)):
            if number > first and not (name != "令和" and number in (2019, 1989)):
                return f"{name}{number - first + 1}年"
        return match.group()

    return re.sub(r"(?<![0-9])(19[3-9][0-9]|20[0-4][0-9])年(?![度代間])", year, text, count=1)


def _units(text: str) -> str:
    for item in find_quantities(text):
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)(TB/s|PFLOPS|TB|kW|km|億ドル|億円|万人)", item.text)
        if match is None:
            continue
        small, factor = {
            "TB/s": ("GB/s", 1000),
            "PFLOPS": ("TFLOPS", 1000),
            "TB": ("GB", 1000),
            "kW": ("W", 1000),
            "km": ("m", 1000),
            "億ドル": ("万ドル", 10000),
            "億円": ("万円", 10000),
            "万人": ("人", 10000),
        }[match[2]]
        value = float(match[1]) * factor
        return text[: item.start] + f"{value:,.0f}{small}" + text[item.end :]
    return text


def _words(text: str) -> str:
    for old, new in (
        ("搭載する", "積む"),
        ("搭載した", "積んだ"),
        ("発表した", "公表した"),
        ("開始した", "始めた"),
        ("用いられ", "使われ"),
        ("使用され", "使われ"),
        ("及び", "および"),
        ("述べた", "語った"),
        ("利用する", "使う"),
        ("増加した", "増えた"),
        ("減少した", "減った"),
        ("設立され", "創設され"),
        ("により", "によって"),
        ("行われ", "実施され"),
        ("建設され", "建てられ"),
    ):
        if old in text:
            return text.replace(old, new, 1)
    return re.sub(r"(?<![一-鿿])約(?=[0-9])", "およそ", text, count=1)


def _unsaid(text: str) -> str:
    """Without the word that ties the sentence to the one before."""
    return re.sub(
        r"^(?:しかし|また|なお|さらに|そして|ただし|一方|一方で|そのため|このため|特に|例えば|However|Moreover|In addition)[、,]\s?",
        "",
        text,
    )


def _spaces(text: str) -> str:
    return re.sub(r"(?<=[0-9])(?=(?:GB|TB|PFLOPS|TFLOPS|nm|W|kW|km|m|kg|個|台|人|円|ドル))", " ", text)


REWORDINGS = [_full_width, _politer, _era, _units, _words, _unsaid, _spaces]


def reword(text: str, rng: random.Random) -> str | None:
    """One or two rewordings that leave the meaning as it is."""
    order = list(REWORDINGS)
    rng.shuffle(order)
    changed, steps = text, 0
    for step in order:
        new = step(changed)
        if new != changed:
            changed, steps = new, steps + 1
        if steps == 2:
            break
    return changed if changed != text else None
