"""Every word the pages show, in Japanese and English."""

from __future__ import annotations

import re
from dataclasses import dataclass

LANGS = ("ja", "en")


@dataclass(frozen=True, slots=True)
class Strings:
    """The wording of one language. ``{name}`` stands for a value."""

    lang: str
    product: str
    tagline: str
    skip_link: str
    other_lang: str
    other_lang_name: str
    switch_theme: str
    tab_ask: str
    tab_check: str
    tab_compare: str
    tab_library: str
    tab_guide: str

    ask_lead: str
    ask_empty_library: str
    question_label: str
    question_placeholder: str
    question_hint: str
    terms: str
    send: str
    stop: str
    new_conversation: str
    suggestions: str
    searching: str
    stopped: str
    answer_ready: str
    you_asked: str

    cited: str
    open_source: str
    short_answer: str
    rewritten: str
    partial: str
    refused: str
    nearest: str
    newest: str
    conflict: str
    conflict_note: str
    copy: str
    copied: str

    error: str
    error_unexpected: str
    error_loading: str

    source_panel: str
    source_close: str
    source_empty: str
    source_published: str
    source_updated: str
    source_author: str
    source_version: str
    source_about: str
    source_page: str
    source_original: str
    source_quote_missing: str
    source_cut: str
    source_withdrawn: str

    also_published: str
    turn_withdrawn: str

    verdict_supported: str
    verdict_contradicted: str
    verdict_conflicting: str
    verdict_not_found: str
    verdict_not_checkable: str

    new_tab: str

    def verdict(self, value: str) -> str:
        """The name of a verdict, e.g. ``supported``."""
        return str(getattr(self, f"verdict_{value}"))

    def date(self, value: str | None) -> str:
        """An ISO date as a reader of this language writes it; anything else comes back unchanged.

        The day is the one printed in the source: no time zone is applied.
        """
        if not value:
            return ""
        match = re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:$|[T ])", value)
        if not match:
            return value
        year, month, day = match.groups()
        if month is not None and not 1 <= int(month) <= 12:
            return value
        if self.lang == "ja":
            return f"{year}年" + (f"{int(month)}月" if month else "") + (f"{int(day)}日" if day else "")
        parts = [str(int(day))] if day else []
        if month:
            parts.append(_MONTHS[int(month) - 1])
        return " ".join([*parts, year])


_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

JA = Strings(
    lang="ja",
    product="記事アシスタント",
    tagline="自社の記事だけを根拠に、原文を添えて答えます",
    skip_link="本文へ移動",
    other_lang="en",
    other_lang_name="English",
    switch_theme="明るさを切り替える",
    tab_ask="質問",
    tab_check="確認",
    tab_compare="比較",
    tab_library="資料",
    tab_guide="使い方",
    ask_lead="記事に書いてあることを、ふだんの言葉で尋ねてください。答えには必ず出典が付きます。番号を押すと、原文の該当箇所が開きます。",
    ask_empty_library="まだ記事が入っていません。端末で「assistant index フォルダー名」を実行すると、質問できるようになります。",
    question_label="質問",
    question_placeholder="例：Trainium3のメモリ容量は？",
    question_hint="Enterで送信、Shift＋Enterで改行",
    terms="用語",
    send="尋ねる",
    stop="中止",
    new_conversation="新しい会話",
    suggestions="たとえば",
    searching="記事を調べています…",
    stopped="途中で止めました。",
    answer_ready="回答：",
    you_asked="質問：",
    cited="出典",
    open_source="出典{marker}「{title}」の該当箇所を開く",
    short_answer="答え",
    rewritten="「{question}」として調べました。",
    partial="質問の一部にだけ答えています。残りは記事に見当たりませんでした。",
    refused="お答えできません",
    nearest="近い内容の箇所（答えではありません）",
    newest="収録している最新の記事：{date}",
    conflict="記事によって値が異なります",
    conflict_note="どちらが正しいかは判断していません。それぞれの原文をご確認ください。",
    copy="出典付きでコピー",
    copied="コピーしました",
    error="処理できませんでした",
    error_unexpected="予期しない誤りが起きました。もう一度お試しください。続く場合は、管理者に時刻をお知らせください。",
    error_loading="出典を開けませんでした。接続を確かめて、もう一度お試しください。",
    source_panel="出典の原文",
    source_close="閉じる",
    source_empty="番号を押すと、ここに原文が開きます。",
    source_published="公開",
    source_updated="更新",
    source_author="筆者",
    source_version="第{version}版",
    source_about="記事の情報",
    source_page="{page}ページ",
    source_original="元のページを開く",
    source_quote_missing="引用の位置がこの版の本文に収まりません。記事の全文を表示しています。",
    source_cut="（長い記事のため、引用の前後だけを表示しています）",
    source_withdrawn="この記事は取り下げられています。",
    also_published="同じ内容の記事：",
    turn_withdrawn="出典の記事が取り下げられたため、この回答は表示していません。",
    verdict_supported="一致",
    verdict_contradicted="食い違い",
    verdict_conflicting="記事が割れている",
    verdict_not_found="記述なし",
    verdict_not_checkable="照合の対象外",
    new_tab="新しいタブで開きます",
)

EN = Strings(
    lang="en",
    product="Article assistant",
    tagline="Answers from your own articles only, with the exact words",
    skip_link="Skip to content",
    other_lang="ja",
    other_lang_name="日本語",
    switch_theme="Switch light and dark",
    tab_ask="Ask",
    tab_check="Check",
    tab_compare="Compare",
    tab_library="Library",
    tab_guide="Guide",
    ask_lead="Ask about what the articles say, in plain words. Every answer names its source; press a number to open the exact words.",
    ask_empty_library="The library is empty. Run “assistant index FOLDER” in a terminal, then ask.",
    question_label="Question",
    question_placeholder="For example: How much memory does Trainium3 have?",
    question_hint="Enter sends, Shift+Enter starts a new line",
    terms="Terms",
    send="Ask",
    stop="Stop",
    new_conversation="New conversation",
    suggestions="For example",
    searching="Looking through the articles…",
    stopped="Stopped.",
    answer_ready="Answer: ",
    you_asked="Question: ",
    cited="Sources",
    open_source="Open source {marker}, “{title}”, at the quoted words",
    short_answer="Answer",
    rewritten="Searched for “{question}”.",
    partial="This answers only part of the question. The articles do not say the rest.",
    refused="No answer",
    nearest="Closest passages (not an answer)",
    newest="Newest article in the library: {date}",
    conflict="The articles disagree",
    conflict_note="We do not decide which is right. Open each source and compare.",
    copy="Copy with sources",
    copied="Copied",
    error="That did not work",
    error_unexpected="Something unexpected went wrong. Please try again; if it happens again, tell your administrator the time.",
    error_loading="The source could not be opened. Check your connection and try again.",
    source_panel="Source text",
    source_close="Close",
    source_empty="Press a number and the source opens here.",
    source_published="Published",
    source_updated="Updated",
    source_author="By",
    source_version="Version {version}",
    source_about="About this article",
    source_page="Page {page}",
    source_original="Open the original page",
    source_quote_missing="The quoted position is not in the text of this version. The whole article is shown.",
    source_cut="(A long article: only the part around the quote is shown.)",
    source_withdrawn="This article has been withdrawn.",
    also_published="Also published as:",
    turn_withdrawn="This answer is not shown any more: an article it quoted has been withdrawn.",
    verdict_supported="Supported",
    verdict_contradicted="Contradicted",
    verdict_conflicting="Sources disagree",
    verdict_not_found="Not found",
    verdict_not_checkable="Not checkable",
    new_tab="opens in a new tab",
)

_ALL = {"ja": JA, "en": EN}


def strings_for(lang: str) -> Strings:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)


def preferred_lang(accept_language: str) -> str:
    """The language to greet a browser in, from its ``Accept-Language`` header; ``ja`` when it names neither."""
    wanted: list[tuple[float, int, str]] = []
    for position, item in enumerate(accept_language.split(",")[:20]):
        tag, _, parameter = item.partition(";")
        primary = tag.strip().lower().split("-")[0]
        weight = 1.0
        match = re.fullmatch(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", parameter)
        if match:
            weight = float(match.group(1))
        if primary in _ALL and weight > 0:
            wanted.append((-weight, position, primary))
    return min(wanted)[2] if wanted else "ja"
