"""The words of the Ask page beyond those it shares with other pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AskWords:
    """The wording of one language. ``{name}`` stands for a value."""

    # the list of conversations
    conversations: str
    conversations_open: str
    conversations_search: str
    conversations_none: str
    conversations_no_match: str
    conversations_lost: str
    conversations_retry: str
    conversation_missing: str
    rename: str
    rename_prompt: str
    delete: str
    delete_sure: str
    save: str
    cancel: str

    # a turn
    retry: str
    edit: str
    edit_label: str
    edit_note: str
    ask_again: str
    more: str
    copy_text: str
    copy_markdown: str
    copy_html: str
    permalink: str
    link_copied: str
    receipt: str
    feedback: str
    feedback_lead: str
    feedback_wrong: str
    feedback_missing: str
    feedback_note: str
    feedback_send: str
    feedback_thanks: str
    feedback_failed: str
    interrupted: str
    unreadable: str
    connection_lost: str
    busy: str
    full: str
    also_found: str
    withheld: str
    choices: str

    # filters
    filters: str
    filters_none: str
    filters_sources: str
    filters_sources_hint: str
    filters_sources_all: str
    filters_from: str
    filters_to: str
    filters_lang: str
    filters_lang_any: str
    filters_lang_ja: str
    filters_lang_en: str
    filters_as_of: str
    filters_as_of_hint: str
    filters_clear: str
    filters_undated: str
    filtered: str
    as_of: str
    articles: str

    # the source panel
    corrected_on: str
    superseded_on: str


JA = AskWords(
    conversations="これまでの会話",
    conversations_open="会話の一覧",
    conversations_search="会話を検索",
    conversations_none="まだ会話はありません。質問すると、ここに残ります。",
    conversations_no_match="該当する会話はありません。",
    conversations_lost="一覧を読み込めませんでした。",
    conversations_retry="もう一度読み込む",
    conversation_missing="この会話は見つかりません。会話を開けるのは、質問した本人だけです。削除された可能性もあります。",
    rename="名前を変える",
    rename_prompt="会話の名前",
    delete="削除",
    delete_sure="本当に削除する",
    save="保存",
    cancel="やめる",
    retry="もう一度調べる",
    edit="質問を直す",
    edit_label="質問を直して、ここから尋ね直します",
    edit_note="このあとの質問は、元の会話にそのまま残ります。",
    ask_again="尋ね直す",
    more="ほかの操作",
    copy_text="出典付きでコピー",
    copy_markdown="Markdownでコピー",
    copy_html="脚注付きHTMLでコピー",
    permalink="この回答へのリンクをコピー",
    link_copied="リンクをコピーしました。開けるのはご自身だけです",
    receipt="回答の証明を保存",
    feedback="誤りを知らせる",
    feedback_lead="編集担当が確かめ、評価用の問いに加えます。",
    feedback_wrong="回答が誤っている",
    feedback_missing="答えのある記事を見落としている",
    feedback_note="気づいた点（正しい答え、記事の題名など）",
    feedback_send="送る",
    feedback_thanks="お知らせありがとうございます。編集担当に届きました。",
    feedback_failed="送れませんでした。少し待ってから、もう一度お試しください。",
    interrupted="回答の途中でサーバーが止まりました。「もう一度調べる」を押してください。",
    unreadable="この回答は別の版で保存されたため、表示できません。「もう一度調べる」を押してください。",
    connection_lost="接続が切れました。「もう一度調べる」を押すか、ページを読み込み直してください。",
    busy="ただいま混み合っています。数秒待ってから「もう一度調べる」を押してください。",
    full="一つの会話で尋ねられるのは{limit}問までです。「新しい会話」から続けてください。",
    also_found="ほかに見つかった箇所（回答には使っていません）",
    withheld="確かめられず、表示を見送った文（編集者だけに見えます）",
    choices="どれについてのご質問ですか",
    filters="絞り込み",
    filters_none="すべての記事",
    filters_sources="資料",
    filters_sources_hint="媒体、フォルダー、記事の題名",
    filters_sources_all="すべて",
    filters_from="公開日（から）",
    filters_to="公開日（まで）",
    filters_lang="記事の言語",
    filters_lang_any="どちらも",
    filters_lang_ja="日本語",
    filters_lang_en="英語",
    filters_as_of="この日の時点で答える",
    filters_as_of_hint="その日までに公開された版と訂正だけを使います。",
    filters_clear="絞り込みを外す",
    filters_undated="公開日で絞ると、日付のない資料（仕様表など）は対象から外れます。",
    filtered="絞り込み：{what}",
    as_of="{day}の時点",
    articles="{count}件",
    corrected_on="{day}に訂正されています：",
    superseded_on="{day}の新しい記事に差し替えられています：",
)

EN = AskWords(
    conversations="Conversations",
    conversations_open="List of conversations",
    conversations_search="Search conversations",
    conversations_none="No conversations yet. What you ask is kept here.",
    conversations_no_match="No conversation matches.",
    conversations_lost="The list could not be loaded.",
    conversations_retry="Load it again",
    conversation_missing="There is no such conversation. Only the person who asked can open one; it may also have been deleted.",
    rename="Rename",
    rename_prompt="Name of the conversation",
    delete="Delete",
    delete_sure="Really delete",
    save="Save",
    cancel="Cancel",
    retry="Ask again",
    edit="Edit question",
    edit_label="Change the question and ask again from here",
    edit_note="What you asked after it stays in the original conversation.",
    ask_again="Ask",
    more="More",
    copy_text="Copy with sources",
    copy_markdown="Copy as Markdown",
    copy_html="Copy as HTML with footnotes",
    permalink="Copy link to this answer",
    link_copied="Link copied. Only you can open it",
    receipt="Save receipt",
    feedback="Report a problem",
    feedback_lead="An editor reviews it and makes it a test question.",
    feedback_wrong="The answer is wrong",
    feedback_missing="An article that answers it was missed",
    feedback_note="What you noticed (the right answer, the article’s title)",
    feedback_send="Send",
    feedback_thanks="Thank you. Your note has reached the editors.",
    feedback_failed="That could not be sent. Please wait a little and try again.",
    interrupted="The server stopped while this was being answered. Press “Ask again”.",
    unreadable="This answer was stored by another version and cannot be shown. Press “Ask again”.",
    connection_lost="The connection was lost. Press “Ask again” or reload the page.",
    busy="Too many questions at the moment. Wait a few seconds, then press “Ask again”.",
    full="A conversation holds {limit} questions. Go on in a new conversation.",
    also_found="Also found (not used in the answer)",
    withheld="Sentences withheld because they could not be verified (editors only)",
    choices="Which one do you mean?",
    filters="Filters",
    filters_none="All articles",
    filters_sources="Sources",
    filters_sources_hint="Site, folder or title",
    filters_sources_all="All",
    filters_from="Published from",
    filters_to="Published to",
    filters_lang="Language of the articles",
    filters_lang_any="Either",
    filters_lang_ja="Japanese",
    filters_lang_en="English",
    filters_as_of="Answer as of this day",
    filters_as_of_hint="Only what had been published and corrected by that day.",
    filters_clear="Clear filters",
    filters_undated="With a date range, sources without a date (spec sheets, for instance) are left out.",
    filtered="Filtered: {what}",
    as_of="as of {day}",
    articles="{count}",
    corrected_on="Corrected on {day}:",
    superseded_on="Replaced on {day} by:",
)

_ALL = {"ja": JA, "en": EN}


def words_for(lang: str) -> AskWords:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)
