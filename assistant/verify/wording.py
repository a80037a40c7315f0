"""What the desk says to an editor, in plain Japanese and English."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.types import Difference

_UNCHECKABLE = {
    "question": ("問いかけの文なので、確かめる事実がない。", "This is a question; it states nothing to check."),
    "opinion": (
        "書き手の意見や感想なので、事実としては確かめられない。",
        "This is an opinion or advice; no source can confirm it.",
    ),
    "prediction": (
        "先の見通しなので、事実としては確かめられない。",
        "This is a prediction; no source can confirm it yet.",
    ),
    "no_content": ("確かめる対象となる名前や数値、事柄がない。", "There is no name, figure or event here to check."),
}
_KINDS = {
    "number": ("数値", "figure"),
    "unit": ("単位", "unit"),
    "date": ("日付", "date"),
    "name": ("名前", "name"),
    "polarity": ("肯定・否定や確定・予定の別", "sense"),
    "quote": ("引用の文言", "wording of the quotation"),
}
_LONG = 48


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _q(text: str, ja: bool) -> str:
    return f"「{_cut(text)}」" if ja else f'"{_cut(text)}"'


def uncheckable(kind: str, lang: str) -> str:
    return _UNCHECKABLE.get(kind, _UNCHECKABLE["no_content"])[0 if lang == "ja" else 1]


def supported(title: str, lang: str, *, verbatim: bool = False, sources: int = 1) -> str:
    if lang == "ja":
        if verbatim:
            return f"「{_cut(title)}」に同じ文がある。"
        return (
            f"「{_cut(title)}」の記述と一致する。"
            if sources < 2
            else f"「{_cut(title)}」など{sources}か所の記述を合わせると裏付けられる。"
        )
    if verbatim:
        return f'"{_cut(title)}" has this very sentence.'
    return (
        f'It agrees with "{_cut(title)}".'
        if sources < 2
        else f'It follows from {sources} places, among them "{_cut(title)}".'
    )


def contradicted(differences: Sequence[Difference], title: str, lang: str) -> str:
    ja = lang == "ja"
    if not differences:
        return f"「{_cut(title)}」の記述と食い違う。" if ja else f'"{_cut(title)}" says otherwise.'
    first = differences[0]
    kind = _KINDS.get(first.kind, ("内容", "content"))[0 if ja else 1]
    if ja:
        more = f"（ほかに{len(differences) - 1}点）" if len(differences) > 1 else ""
        return f"{kind}が違う。原稿は{_q(first.claimed, ja)}だが、「{_cut(title)}」では{_q(first.found, ja)}となっている{more}。"
    more = f" ({len(differences) - 1} more)" if len(differences) > 1 else ""
    return (
        f'The {kind} differs: the draft has {_q(first.claimed, ja)}, "{_cut(title)}" has {_q(first.found, ja)}{more}.'
    )


def conflicting_sources(first: str, second: str, differences: Sequence[Difference], lang: str) -> str:
    ja = lang == "ja"
    found = differences[0].found if differences else ""
    if ja:
        other = f"{_q(found, ja)}" if found else "別の内容"
        return f"資料どうしが食い違う。「{_cut(first)}」は原稿と同じだが、「{_cut(second)}」は{other}としている。どの条件の値かを確かめて書き添える。"
    other = _q(found, ja) if found else "something else"
    return f'Sources disagree: "{_cut(first)}" agrees with the draft, "{_cut(second)}" has {other}. Say which basis is meant.'


def handed_on(title: str, found: str, lang: str) -> str:
    if lang == "ja":
        return f"資料どうしが食い違う。「{_cut(title)}」は{_q(found, True)}とし、原稿の値はほかの資料のものとして挙げている。どの資料の値かを書き添える。"
    return f'Sources disagree: "{_cut(title)}" has {_q(found, False)} and gives the value of the draft as another source\'s. Say whose value it is.'


def left_open(title: str, lang: str) -> str:
    if lang == "ja":
        return f"資料どうしが食い違う。「{_cut(title)}」は説明や値が2つあるとし、どちらとも決めていない。"
    return f'Sources disagree: "{_cut(title)}" tells of two accounts and decides for neither.'


def corrected(title: str, correction: str, lang: str) -> str:
    if lang == "ja":
        return f"裏付けは「{_cut(title)}」だけで、この記事は「{_cut(correction)}」で訂正されている。訂正後の記述を確かめる。"
    return (
        f'The only support is "{_cut(title)}", which was corrected by "{_cut(correction)}". Check the corrected text.'
    )


def not_found(missing: Sequence[str], title: str, lang: str, unknown: Sequence[str] = ()) -> str:
    if lang == "ja":
        if unknown:
            return f"「{_cut(unknown[0])}」についての記述がライブラリに見当たらない。"
        if missing and title:
            return f"近い記述は「{_cut(title)}」にあるが、「{'」「'.join(_cut(item) for item in missing[:3])}」を裏付ける箇所がない。"
        return "この内容を裏付ける記述も否定する記述もライブラリに見当たらない。"
    if unknown:
        return f'The library has nothing on "{_cut(unknown[0])}".'
    if missing and title:
        listed = ", ".join(f'"{_cut(item)}"' for item in missing[:3])
        return f'The nearest text is in "{_cut(title)}", but nothing there backs {listed}.'
    return "Nothing in the library confirms or denies this."


def quote_wrong(found: str, title: str, lang: str) -> str:
    if lang == "ja":
        return f"引用が原文と一致しない。「{_cut(title)}」の原文は「{_cut(found)}」。"
    return f'The quotation is not verbatim. "{_cut(title)}" has "{_cut(found)}".'


def quote_speaker(claimed: str, found: str, title: str, lang: str) -> str:
    if lang == "ja":
        return f"発言者が違う。「{_cut(title)}」ではこの言葉は「{found}」のもので、「{claimed}」のものではない。"
    return f'The speaker differs: in "{_cut(title)}" these are the words of "{found}", not of "{claimed}".'


def said_by_another(claimed: str, found: str, title: str, lang: str) -> str:
    if lang == "ja":
        return (
            f"発言者が違う。内容は「{_cut(title)}」と合うが、そこでは「{found}」の言葉で、「{claimed}」の言葉ではない。"
        )
    return f'The speaker differs: "{_cut(title)}" says the same, but in the words of "{found}", not of "{claimed}".'


def quote_not_found(lang: str) -> str:
    return (
        "この引用と同じ文言も近い文言もライブラリにない。"
        if lang == "ja"
        else "Neither this quotation nor a similar one is in the library."
    )


def calculated(expression: str, lang: str, *, right: bool) -> str:
    if lang == "ja":
        return f"計算で確かめた: {expression}。" if right else f"計算が合わない: {expression}。"
    return f"Worked out: {expression}." if right else f"The arithmetic does not hold: {expression}."


def derived(first: tuple[str, str], second: tuple[str, str], sign: str, result: str, lang: str, *, right: bool) -> str:
    """The sum behind a calculated claim; ``first`` and ``second`` are figure and title."""
    (one, title), (two, other) = first, second
    if lang == "ja":
        how = {"/": f"{one}を{two}で割る", "-": f"{one}と{two}の差をとる", "+": f"{one}と{two}を足す"}
        step = how.get(sign, f"{one}を{two}と比べる")
        sources = f"「{_cut(title)}」" if title == other else f"「{_cut(title)}」と「{_cut(other)}」"
        end = "原稿と合う" if right else "原稿と合わない"
        return f"{sources}の値から計算した。{step}と{result}になり、{end}。"
    mark = {"/": "÷", "-": "−", "+": "+"}.get(sign, "against")
    sources = f'"{_cut(title)}"' if title == other else f'"{_cut(title)}" and "{_cut(other)}"'
    end = "as the draft says" if right else "not what the draft says"
    return f"Worked out from {sources}: {one} {mark} {two} gives {result}, {end}."


def doubted(title: str, model: str, lang: str) -> str:
    if lang == "ja":
        return f"「{_cut(title)}」と言葉は合うが、含意判定モデル（{model}）は裏付けと認めない。原文を読んで確かめる。"
    return f'The words agree with "{_cut(title)}", but the entailment model ({model}) does not. Read the source.'


def given_text(lang: str) -> str:
    return "与えられた文" if lang == "ja" else "the given text"


def pair_supported(lang: str) -> str:
    return "与えられた文と一致する。" if lang == "ja" else "It agrees with the given text."


def pair_open(missing: Sequence[str], lang: str) -> str:
    if lang == "ja":
        listed = (
            f"「{'」「'.join(_cut(item) for item in missing[:3])}」を裏付ける箇所がない"
            if missing
            else "裏付けも否定もできない"
        )
        return f"与えられた文だけでは{listed}。" if not missing else f"与えられた文には{listed}。"
    if missing:
        return "Nothing in the given text backs " + ", ".join(f'"{_cut(item)}"' for item in missing[:3]) + "."
    return "The given text neither confirms nor denies this."
