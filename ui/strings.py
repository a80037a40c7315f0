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
    error_busy: str
    error_too_long: str
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

    library_lead: str
    library_empty: str
    library_count: str
    library_more: str
    library_title: str
    library_published: str
    library_version: str
    library_passages: str
    library_indexed: str
    library_embargo: str
    library_file: str
    library_withdrawn: str
    library_refused: str
    library_line: str
    library_refresh: str
    library_unknown_date: str
    library_superseded: str
    library_copy: str
    library_corrected: str
    library_corrects: str
    library_folder: str
    library_folder_placeholder: str
    library_folder_missing: str
    library_index: str
    library_watch: str
    library_watch_stop: str
    library_watching: str
    library_indexing: str
    library_report: str
    also_published: str
    turn_withdrawn: str

    check_lead: str
    check_label: str
    check_placeholder: str
    check_run: str
    check_empty: str
    check_none: str
    check_summary: str
    check_evidence_for: str
    check_evidence_against: str
    check_differs: str
    verdict_supported: str
    verdict_contradicted: str
    verdict_conflicting: str
    verdict_not_found: str
    verdict_not_checkable: str

    compare_lead: str
    compare_names: str
    compare_names_placeholder: str
    compare_attributes: str
    compare_attributes_placeholder: str
    compare_run: str
    compare_empty: str
    compare_none: str
    compare_attribute: str
    compare_blank: str

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
    error_busy="混み合っています。少し待ってから、もう一度お試しください。",
    error_too_long="長すぎます。{limit}字以内にしてください。",
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
    library_lead="回答の根拠になる記事と仕様表の一覧です。題名を押すと本文が開きます。",
    library_empty="まだ何も入っていません。端末で「assistant index フォルダー名」を実行してください。",
    library_count="{count}件",
    library_more="ほかに{count}件あります。",
    library_title="題名",
    library_published="公開日",
    library_version="版",
    library_passages="区切り数",
    library_indexed="登録日",
    library_embargo="{date}に解禁",
    library_file="ファイル",
    library_withdrawn="取り下げ",
    library_refused="読み込めなかったファイル",
    library_line="{line}行目",
    library_refresh="一覧を更新",
    library_unknown_date="日付なし",
    library_superseded="差し替え済み（{by}）",
    library_copy="{of}と同じ内容",
    library_corrected="訂正あり（{by}）",
    library_corrects="{what}を訂正",
    library_folder="フォルダー",
    library_folder_placeholder="例：/home/desk/articles",
    library_folder_missing="読み込むフォルダーを入力してください。",
    library_index="今すぐ読み込む",
    library_watch="変更を見張る",
    library_watch_stop="見張りを止める",
    library_watching="「{folder}」を見張っています。保存すると自動で読み込みます。",
    library_indexing="「{folder}」を読み込んでいます…　{step}",
    library_report="追加{added}件、変更{changed}件、変更なし{unchanged}件、読み込めないもの{refused}件",
    also_published="同じ内容の記事：",
    turn_withdrawn="出典の記事が取り下げられたため、この回答は表示していません。",
    check_lead="原稿を貼り付けると、文ごとに記事と照らし合わせ、食い違いを示します。",
    check_label="原稿",
    check_placeholder="確かめたい文章を貼り付けてください",
    check_run="記事と照合する",
    check_empty="原稿を入れてから押してください。",
    check_none="照合できる記述がありませんでした。",
    check_summary="照合の結果",
    check_evidence_for="合っている記述",
    check_evidence_against="食い違う記述",
    check_differs="原稿「{claimed}」→ 記事「{found}」",
    verdict_supported="一致",
    verdict_contradicted="食い違い",
    verdict_conflicting="記事が割れている",
    verdict_not_found="記述なし",
    verdict_not_checkable="照合の対象外",
    compare_lead="仕様表から、製品どうしを並べます。値のない欄は空けたままにします。",
    compare_names="比べるもの",
    compare_names_placeholder="例：Trainium3、Trainium2",
    compare_attributes="項目（空欄ならすべて）",
    compare_attributes_placeholder="例：メモリ容量、メモリ帯域幅",
    compare_run="並べる",
    compare_empty="比べるものを二つ以上、読点かコンマで区切って入れてください。",
    compare_none="仕様表に該当する値がありませんでした。名前の書き方を変えるか、「資料」で収録内容をご確認ください。",
    compare_attribute="項目",
    compare_blank="記載なし",
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
    error_busy="Too many questions at the moment. Please wait a little and try again.",
    error_too_long="Too long. Please keep it within {limit} characters.",
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
    library_lead="The articles and spec sheets that answers come from. Press a title to read it.",
    library_empty="Nothing here yet. Run “assistant index FOLDER” in a terminal.",
    library_count="{count} in all",
    library_more="{count} more are not listed here.",
    library_title="Title",
    library_published="Published",
    library_version="Version",
    library_passages="Passages",
    library_indexed="Added",
    library_embargo="Embargoed until {date}",
    library_file="File",
    library_withdrawn="Withdrawn",
    library_refused="Files that could not be read",
    library_line="line {line}",
    library_refresh="Refresh",
    library_unknown_date="No date",
    library_superseded="Superseded by {by}",
    library_copy="Copy of {of}",
    library_corrected="Corrected by {by}",
    library_corrects="Corrects {what}",
    library_folder="Folder",
    library_folder_placeholder="for example /home/desk/articles",
    library_folder_missing="Enter the folder to index.",
    library_index="Index now",
    library_watch="Watch for changes",
    library_watch_stop="Stop watching",
    library_watching="Watching “{folder}”. Saved files are indexed by themselves.",
    library_indexing="Indexing “{folder}”… {step}",
    library_report="{added} added, {changed} changed, {unchanged} unchanged, {refused} refused",
    also_published="Also published as:",
    turn_withdrawn="This answer is not shown any more: an article it quoted has been withdrawn.",
    check_lead="Paste a draft. Each statement is compared with the articles, and differences are shown.",
    check_label="Draft",
    check_placeholder="Paste the text to check",
    check_run="Check against the articles",
    check_empty="Paste a draft first.",
    check_none="There was no statement to check.",
    check_summary="Result",
    check_evidence_for="In agreement",
    check_evidence_against="In disagreement",
    check_differs="Draft “{claimed}” → article “{found}”",
    verdict_supported="Supported",
    verdict_contradicted="Contradicted",
    verdict_conflicting="Sources disagree",
    verdict_not_found="Not found",
    verdict_not_checkable="Not checkable",
    compare_lead="Puts products side by side from the spec sheets. What is not known stays blank.",
    compare_names="Compare",
    compare_names_placeholder="For example: Trainium3, Trainium2",
    compare_attributes="Attributes (empty for all)",
    compare_attributes_placeholder="For example: memory capacity, memory bandwidth",
    compare_run="Compare",
    compare_empty="Name two or more things to compare, separated by commas.",
    compare_none="The spec sheets have no value for these. Try another spelling, or see what is in the Library.",
    compare_attribute="Attribute",
    compare_blank="Not stated",
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
