"""The words of the Check page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckWords:
    """The wording of one language. ``{name}`` stands for a value."""

    lead: str
    draft: str
    placeholder: str
    drop: str
    choose_file: str
    formats: str
    dated: str
    dated_hint: str
    run: str
    clear: str
    chosen: str
    example: str
    empty_state: str
    working: str
    checked: str
    filter_all: str
    filter_label: str
    keys: str
    keys_on: str
    key_next: str
    key_previous: str
    key_source: str
    export: str
    result: str
    draft_marked: str
    claims: str
    claim_number: str
    to_draft: str
    none_shown: str
    no_claims: str
    differences: str
    claimed: str
    found: str
    evidence_for: str
    evidence_against: str
    anchor: str
    no_anchor: str
    nli: str
    no_nli: str
    next_supported: str
    next_contradicted: str
    next_conflicting: str
    next_not_found: str
    next_not_checkable: str
    kind_number: str
    kind_unit: str
    kind_date: str
    kind_name: str
    kind_polarity: str
    kind_quote: str
    busy: str
    gone: str
    empty: str
    too_long: str
    too_large: str
    unreadable: str
    unknown_format: str
    failed: str
    offline: str
    file_name: str
    column_number: str
    column_verdict: str
    column_claim: str
    column_reason: str
    column_differences: str
    column_stance: str
    column_quote: str
    column_title: str
    column_published: str
    column_place: str
    column_version: str
    column_url: str
    stance_for: str
    stance_against: str

    def kind(self, value: str) -> str:
        """The name of a kind of difference."""
        return str(getattr(self, f"kind_{value}", value))

    def next_step(self, verdict: str) -> str:
        """What an editor does about a verdict."""
        return str(getattr(self, f"next_{verdict}"))


JA = CheckWords(
    lead="原稿を貼り付けるか、ファイルを選んでください。文ごとに記事と照らし合わせ、食い違いと根拠を示します。",
    draft="原稿",
    placeholder="確かめたい文章を貼り付けてください。ファイルをここに落とすこともできます。",
    drop="ここに落とすと読み込みます",
    choose_file="ファイルを選ぶ",
    formats="txt・md・html・docx、{megabytes}MB、{chars}字まで",
    dated="記事の日付",
    dated_hint="「昨年」「先月」などは、この日を基準に読みます（空欄なら原稿にある日付）",
    run="記事と照合する",
    clear="消す",
    chosen="「{name}」を照合します",
    example="例文で試す",
    empty_state="結果はここに出ます。まず原稿を入れてください。",
    working="照合しています… {done}／{total}文",
    checked="照合が終わりました。{count}件",
    filter_all="すべて",
    filter_label="判定で絞り込む",
    keys="キー操作",
    keys_on="キー操作を使う",
    key_next="次の文",
    key_previous="前の文",
    key_source="最初の出典を開く",
    export="書き出す",
    result="照合の結果",
    draft_marked="判定を付けた原稿",
    claims="文ごとの判定",
    claim_number="{number}番",
    to_draft="原稿の該当箇所へ",
    none_shown="この判定の文はありません。",
    no_claims="照合できる記述がありませんでした。数字や固有名詞を含む文を入れてください。",
    differences="違い",
    claimed="原稿",
    found="記事",
    evidence_for="合っている記述",
    evidence_against="食い違う記述",
    anchor="「昨年」などは{date}を基準に読みました。",
    no_anchor="日付の指定がないため、「昨年」などの言い方は日付に直さずに照合しました。",
    nli="含意判定モデル {model} も使いました。",
    no_nli="含意判定モデルは使っていません。語句・数字・日付の照合だけによる判定です。",
    next_supported="根拠の原文を開き、前後の文脈を確かめてください。",
    next_contradicted="違いを確かめ、原稿を直すか、記事より新しい資料があるかを調べてください。",
    next_conflicting="記事の間で食い違っています。日付と条件を見比べてください。",
    next_not_found="記事では確かめられません。別の資料で裏付けを取ってください。",
    next_not_checkable="意見や呼びかけなど、照合の対象にならない文です。",
    kind_number="数字",
    kind_unit="単位",
    kind_date="日付",
    kind_name="名前",
    kind_polarity="肯定・否定など",
    kind_quote="引用",
    busy="照合が立て込んでいます。少し待ってから、もう一度お試しください。",
    gone="この照合の結果は残っていません。もう一度照合してください。",
    empty="原稿が空です。文章を貼り付けるか、ファイルを選んでください。",
    too_long="原稿が長すぎます（{chars}字）。{limit}字以内に分けてください。",
    too_large="ファイルが大きすぎます。{megabytes}MB以内にしてください。",
    unreadable="「{name}」を読み込めませんでした。壊れていないか、別の形式で保存できないかをご確認ください。",
    unknown_format="「{name}」の形式は読めません。txt・md・html・docxのいずれかにしてください。",
    failed="照合の途中で予期しない誤りが起きました。もう一度お試しください。",
    offline="サーバーにつながりませんでした。接続を確かめて、もう一度お試しください。",
    file_name="照合結果",
    column_number="番号",
    column_verdict="判定",
    column_claim="原稿の文",
    column_reason="理由",
    column_differences="違い（原稿→記事）",
    column_stance="根拠の種類",
    column_quote="記事の文",
    column_title="記事の題名",
    column_published="公開日",
    column_place="箇所",
    column_version="版",
    column_url="URL",
    stance_for="合う",
    stance_against="食い違う",
)

EN = CheckWords(
    lead="Paste a draft or choose a file. Each statement is compared with the articles; differences and evidence are shown.",
    draft="Draft",
    placeholder="Paste the text to check, or drop a file here.",
    drop="Drop to read the file",
    choose_file="Choose a file",
    formats="txt, md, html or docx, up to {megabytes} MB and {chars} characters",
    dated="Date of the article",
    dated_hint="“Last year” or “last month” is read from this day (empty: the date the draft gives)",
    run="Check against the articles",
    clear="Clear",
    chosen="“{name}” will be checked",
    example="Try an example",
    empty_state="Results appear here. Put in a draft first.",
    working="Checking… {done} of {total} statements",
    checked="Check finished: {count} statements",
    filter_all="All",
    filter_label="Filter by verdict",
    keys="Keys",
    keys_on="Use keys",
    key_next="next statement",
    key_previous="previous statement",
    key_source="open its first source",
    export="Export",
    result="Result",
    draft_marked="The draft with verdicts",
    claims="Statement by statement",
    claim_number="No. {number}",
    to_draft="Show in the draft",
    none_shown="No statement has this verdict.",
    no_claims="There was no statement to check. Put in sentences with figures or names.",
    differences="Differences",
    claimed="Draft",
    found="Article",
    evidence_for="In agreement",
    evidence_against="In disagreement",
    anchor="“Last year” and the like were read from {date}.",
    no_anchor="No date was given, so “last year” and the like were compared as words, not as dates.",
    nli="The entailment model {model} was asked too.",
    no_nli="No entailment model was used: verdicts rest on words, figures and dates alone.",
    next_supported="Open the source and read what stands around it.",
    next_contradicted="Look at the difference; correct the draft, or find a source newer than the article.",
    next_conflicting="The articles disagree. Compare their dates and conditions.",
    next_not_found="The articles cannot confirm this. Find another source.",
    next_not_checkable="An opinion or an appeal, not a statement of fact.",
    kind_number="Figure",
    kind_unit="Unit",
    kind_date="Date",
    kind_name="Name",
    kind_polarity="Sense",
    kind_quote="Quotation",
    busy="Many drafts are being checked at the moment. Please wait a little and try again.",
    gone="The result of this check is no longer kept. Please check the draft again.",
    empty="The draft is empty. Paste some text or choose a file.",
    too_long="The draft is too long ({chars} characters). Please split it into parts of at most {limit}.",
    too_large="The file is too large. Please keep it within {megabytes} MB.",
    unreadable="“{name}” could not be read. See whether it is damaged, or save it in another format.",
    unknown_format="The format of “{name}” is not read. Use txt, md, html or docx.",
    failed="Something unexpected went wrong while checking. Please try again.",
    offline="The server could not be reached. Check your connection and try again.",
    file_name="fact-check",
    column_number="No.",
    column_verdict="Verdict",
    column_claim="Statement",
    column_reason="Reason",
    column_differences="Differences (draft → article)",
    column_stance="Evidence",
    column_quote="Words of the article",
    column_title="Article",
    column_published="Published",
    column_place="Place",
    column_version="Version",
    column_url="URL",
    stance_for="for",
    stance_against="against",
)

_ALL = {"ja": JA, "en": EN}


def words_for(lang: str) -> CheckWords:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)
