"""The words of the Library page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LibraryWords:
    """The wording of one language. ``{name}`` stands for a value."""

    lead: str
    search: str
    search_placeholder: str
    show: str
    show_all: str
    show_shown: str
    show_withdrawn: str
    show_embargo: str
    show_superseded: str
    show_copy: str
    show_corrected: str
    show_versions: str
    show_hidden: str
    count: str
    count_found: str
    empty: str
    empty_reader: str
    nothing_found: str
    title: str
    published: str
    version: str
    passages: str
    indexed: str
    file: str
    more: str
    sort_by: str
    page: str
    page_previous: str
    page_next: str
    pages: str
    unknown_date: str
    details: str
    tag_withdrawn: str
    tag_removed: str
    tag_gone: str
    tag_embargo: str
    tag_superseded: str
    tag_copy: str
    tag_corrected: str
    tag_corrects: str
    tag_hidden: str
    add: str
    add_lead: str
    choose_files: str
    drop: str
    upload_limit: str
    folder: str
    folder_placeholder: str
    folder_missing: str
    index: str
    watch: str
    watch_stop: str
    watching: str
    indexing: str
    report: str
    busy: str
    uploading: str
    stored: str
    same: str
    exists: str
    replace: str
    keep: str
    bad_name: str
    bad_format: str
    too_large: str
    too_many: str
    no_uploads: str
    upload_failed: str
    step_fetch: str
    step_read: str
    step_check: str
    step_store: str
    step_chunk: str
    step_embed: str
    step_other: str
    health: str
    healthy: str
    health_problems: str
    nothing_indexed: str
    generation: str
    fingerprint: str
    embedder: str
    dense: str
    reader: str
    articles: str
    passage_count: str
    standings: str
    refused: str
    refused_none: str
    line: str
    what_to_do: str
    do_password: str
    do_scan: str
    do_encoding: str
    do_head: str
    do_limit: str
    do_kind: str
    do_damaged: str
    do_twice: str
    do_writing: str
    do_other: str
    article_id: str
    language: str
    original: str
    updated: str
    fetched: str
    versions: str
    current_version: str
    corrected_by: str
    corrects: str
    superseded_by: str
    supersedes: str
    copy_of: str
    copies: str
    hidden: str
    hidden_none: str
    hidden_count: str
    close: str
    withdraw: str
    withdraw_lead: str
    reason: str
    reason_placeholder: str
    withdraw_run: str
    undo: str
    undo_lead: str
    by_front_matter: str
    by_missing_file: str
    log: str
    log_withdrawn: str
    log_undone: str
    withdrawn_done: str
    undone_done: str
    reason_missing: str
    forbidden: str
    offline: str

    def step(self, name: str) -> str:
        """The name of a step of indexing."""
        return str(getattr(self, f"step_{name}", self.step_other))

    def standing(self, value: str) -> str:
        """The tag of an article's standing, "" for one that is shown."""
        names = {
            "withdrawn": self.tag_withdrawn,
            "removed": self.tag_removed,
            "gone": self.tag_gone,
            "superseded": self.show_superseded,
            "copy": self.show_copy,
            "embargo": self.show_embargo,
            "shown": self.show_shown,
        }
        return names.get(value, value)


JA = LibraryWords(
    lead="回答の根拠になる記事と仕様表の一覧です。題名を押すと本文が開きます。",
    search="探す",
    search_placeholder="題名・ファイル名・記事ID",
    show="絞り込み",
    show_all="すべて",
    show_shown="公開中",
    show_withdrawn="取り下げ",
    show_embargo="解禁前",
    show_superseded="差し替え済み",
    show_copy="同文の写し",
    show_corrected="訂正あり",
    show_versions="複数の版がある",
    show_hidden="見えない文字がある",
    count="全{count}件",
    count_found="{total}件のうち{count}件",
    empty="まだ何も入っていません。下の「記事を入れる」からファイルを送るか、フォルダーを読み込んでください。",
    empty_reader="まだ記事が入っていません。編集者が記事を読み込むと、ここに並びます。",
    nothing_found="当てはまる記事がありません。言葉を変えるか、絞り込みを「すべて」に戻してください。",
    title="題名",
    published="公開日",
    version="版",
    passages="区切り数",
    indexed="登録日",
    file="ファイル",
    more="詳細",
    sort_by="{column}で並べ替える",
    page="{page}／{pages}ページ",
    page_previous="前のページ",
    page_next="次のページ",
    pages="ページの移動",
    unknown_date="日付なし",
    details="「{title}」の詳細",
    tag_withdrawn="取り下げ",
    tag_removed="取り下げ（編集者）",
    tag_gone="元ファイルなし",
    tag_embargo="{date}に解禁",
    tag_superseded="差し替え済み（{by}）",
    tag_copy="{of}と同文",
    tag_corrected="訂正あり",
    tag_corrects="訂正記事",
    tag_hidden="見えない文字{count}",
    add="記事を入れる",
    add_lead="ファイルを送ると、サーバーに保管して読み込みます。サーバー上のフォルダーも読み込めます。",
    choose_files="ファイルを選ぶ",
    drop="ここにファイルを落とすこともできます",
    upload_limit="{formats}。1ファイル{megabytes}MBまで",
    folder="サーバー上のフォルダー",
    folder_placeholder="例：/home/desk/articles",
    folder_missing="読み込むフォルダーを入力してください。",
    index="今すぐ読み込む",
    watch="変更を見張る",
    watch_stop="見張りを止める",
    watching="「{folder}」を見張っています。保存すると自動で読み込みます。",
    indexing="「{folder}」を読み込んでいます… {step}",
    report="追加{added}件、変更{changed}件、変更なし{unchanged}件、読み込めないもの{refused}件",
    busy="ほかの読み込みが進んでいます。終わってから、もう一度お試しください。",
    uploading="送っています… {done}／{total}件",
    stored="「{name}」を受け取りました。",
    same="「{name}」は同じ内容のものがあります。",
    exists="「{name}」は同じ名前で別の内容のものがあります。新しい版として置き換えますか。",
    replace="新しい版にする",
    keep="やめる",
    bad_name="「{name}」という名前は使えません。記号や先頭の「.」を除いてください。",
    bad_format="「{name}」の形式は読めません。読める形式：{formats}",
    too_large="「{name}」は大きすぎます。{megabytes}MB以内にしてください。",
    too_many="保管しているファイルが{count}件に達しました。不要なものを管理者に除いてもらってください。",
    no_uploads="この設定ではファイルを受け取れません。",
    upload_failed="「{name}」を送れませんでした。接続を確かめて、もう一度お試しください。",
    step_fetch="取得",
    step_read="読み取り",
    step_check="変更の確認",
    step_store="保存",
    step_chunk="区切り",
    step_embed="ベクトル化",
    step_other="索引づくり",
    health="索引の状態",
    healthy="異常はありません",
    health_problems="確認が必要です",
    nothing_indexed="まだ索引がありません",
    generation="世代",
    fingerprint="設定の指紋",
    embedder="埋め込み",
    dense="ベクトル検索",
    reader="回答の作り手",
    articles="記事",
    passage_count="区切り",
    standings="内訳",
    refused="読み込めなかったファイル",
    refused_none="読み込めなかったファイルはありません。",
    line="{line}行目",
    what_to_do="対処：",
    do_password="パスワードを外して保存し直し、もう一度読み込んでください。",
    do_scan="画像だけの文書です。文字認識（OCR）をかけてから読み込んでください。",
    do_encoding="UTF-8で保存し直し、もう一度読み込んでください。",
    do_head="記事の先頭の設定欄（---で囲んだ部分）を直してください。",
    do_limit="ファイルを分けるか、管理者に設定 {setting} を上げてもらってください。",
    do_kind="拡張子と中身が合っていません。正しい形式で保存し直してください。",
    do_damaged="壊れていないか開いて確かめ、保存し直してください。",
    do_twice="同じ記事IDが重なっています。どちらかのIDを変えてください。",
    do_writing="書き込みが終わってから、もう一度読み込んでください。",
    do_other="ファイルを開いて確かめ、直してからもう一度読み込んでください。",
    article_id="記事ID",
    language="言語",
    original="元のページ",
    updated="更新",
    fetched="取得",
    versions="版の履歴",
    current_version="現在の版",
    corrected_by="この記事の訂正",
    corrects="この記事が訂正した記事",
    superseded_by="差し替え先",
    supersedes="差し替えた記事",
    copy_of="同文の元記事",
    copies="同文の記事",
    hidden="見えない文字",
    hidden_none="なし",
    hidden_count="{kind} {count}字",
    close="閉じる",
    withdraw="取り下げ",
    withdraw_lead="取り下げると、回答・照合・読者の一覧からすぐに消えます。記録は残り、あとで戻せます。",
    reason="理由",
    reason_placeholder="例：事実関係に誤りがあり、訂正記事を準備中",
    withdraw_run="取り下げる",
    undo="取り下げを戻す",
    undo_lead="戻すと、回答や照合の根拠として再び使われます。",
    by_front_matter="記事の先頭に取り下げの指定があります。戻すには元のファイルを直してください。",
    by_missing_file="元のファイルが見当たらないため、外れています。ファイルを戻すと元に戻ります。",
    log="取り下げの記録",
    log_withdrawn="取り下げ",
    log_undone="戻し",
    withdrawn_done="「{title}」を取り下げました。",
    undone_done="「{title}」の取り下げを戻しました。",
    reason_missing="理由を入力してください。",
    forbidden="この操作は編集者だけができます。",
    offline="サーバーにつながりませんでした。接続を確かめて、もう一度お試しください。",
)

EN = LibraryWords(
    lead="The articles and spec sheets that answers come from. Press a title to read it.",
    search="Search",
    search_placeholder="Title, file or article id",
    show="Show",
    show_all="All",
    show_shown="In use",
    show_withdrawn="Withdrawn",
    show_embargo="Under embargo",
    show_superseded="Superseded",
    show_copy="Copies",
    show_corrected="With corrections",
    show_versions="With several versions",
    show_hidden="With hidden characters",
    count="{count} in all",
    count_found="{count} of {total}",
    empty="Nothing here yet. Send files or index a folder under “Add articles” below.",
    empty_reader="Nothing here yet. Articles appear once an editor has added them.",
    nothing_found="No article fits. Try other words, or set the filter back to “All”.",
    title="Title",
    published="Published",
    version="Version",
    passages="Passages",
    indexed="Added",
    file="File",
    more="Details",
    sort_by="Sort by {column}",
    page="Page {page} of {pages}",
    page_previous="Previous page",
    page_next="Next page",
    pages="Pages",
    unknown_date="No date",
    details="Details of “{title}”",
    tag_withdrawn="Withdrawn",
    tag_removed="Withdrawn by an editor",
    tag_gone="File is gone",
    tag_embargo="Embargoed until {date}",
    tag_superseded="Superseded by {by}",
    tag_copy="Copy of {of}",
    tag_corrected="Corrected",
    tag_corrects="Correction",
    tag_hidden="{count} hidden characters",
    add="Add articles",
    add_lead="Files you send are kept on the server and indexed. A folder on the server can be indexed too.",
    choose_files="Choose files",
    drop="or drop them here",
    upload_limit="{formats}; up to {megabytes} MB a file",
    folder="Folder on the server",
    folder_placeholder="for example /home/desk/articles",
    folder_missing="Enter the folder to index.",
    index="Index now",
    watch="Watch for changes",
    watch_stop="Stop watching",
    watching="Watching “{folder}”. Saved files are indexed by themselves.",
    indexing="Indexing “{folder}”… {step}",
    report="{added} added, {changed} changed, {unchanged} unchanged, {refused} refused",
    busy="Another run is under way. Try again when it has finished.",
    uploading="Sending… {done} of {total}",
    stored="“{name}” has been received.",
    same="“{name}” is here already, with the same content.",
    exists="There is a “{name}” with other content. Replace it by a new version?",
    replace="Make it a new version",
    keep="Leave it",
    bad_name="“{name}” cannot be used as a name. Leave out special characters and a leading “.”.",
    bad_format="The format of “{name}” is not read. Formats: {formats}",
    too_large="“{name}” is too large. Please keep it within {megabytes} MB.",
    too_many="{count} files are kept already. Ask an administrator to remove some.",
    no_uploads="With these settings no files can be received.",
    upload_failed="“{name}” could not be sent. Check your connection and try again.",
    step_fetch="fetching",
    step_read="reading",
    step_check="looking for changes",
    step_store="storing",
    step_chunk="cutting into passages",
    step_embed="making vectors",
    step_other="building the index",
    health="Index",
    healthy="No problems",
    health_problems="Needs attention",
    nothing_indexed="Nothing is indexed yet",
    generation="Generation",
    fingerprint="Settings fingerprint",
    embedder="Embedder",
    dense="Vector search",
    reader="Reader",
    articles="Articles",
    passage_count="Passages",
    standings="Of these",
    refused="Files that could not be read",
    refused_none="Every file could be read.",
    line="line {line}",
    what_to_do="What to do: ",
    do_password="Save it without the password and index again.",
    do_scan="It is made of pictures. Run text recognition (OCR) over it, then index it.",
    do_encoding="Save it as UTF-8 and index again.",
    do_head="Correct the lines at the top of the article, between the --- marks.",
    do_limit="Split the file, or ask an administrator to raise {setting}.",
    do_kind="The name does not fit the content. Save it in the right format.",
    do_damaged="Open it to see whether it is damaged, and save it again.",
    do_twice="Two articles have the same id. Change one of them.",
    do_writing="Index it again when nobody is writing to it.",
    do_other="Open the file, correct it, and index again.",
    article_id="Article id",
    language="Language",
    original="Original page",
    updated="Updated",
    fetched="Fetched",
    versions="Versions",
    current_version="current",
    corrected_by="Corrected by",
    corrects="Corrects",
    superseded_by="Superseded by",
    supersedes="Supersedes",
    copy_of="Copy of",
    copies="Copies",
    hidden="Hidden characters",
    hidden_none="none",
    hidden_count="{count} {kind}",
    close="Close",
    withdraw="Withdraw",
    withdraw_lead="A withdrawn article is gone from answers, checks and readers’ lists at once. It is kept and can be brought back.",
    reason="Reason",
    reason_placeholder="for example: a figure is wrong, a correction is being written",
    withdraw_run="Withdraw",
    undo="Bring it back",
    undo_lead="It is then used for answers and checks again.",
    by_front_matter="The article’s own head says it is withdrawn. Correct the file to bring it back.",
    by_missing_file="Its file is gone. It comes back with the file.",
    log="Withdrawals",
    log_withdrawn="withdrawn",
    log_undone="brought back",
    withdrawn_done="“{title}” has been withdrawn.",
    undone_done="“{title}” is back.",
    reason_missing="Enter a reason.",
    forbidden="Only editors can do this.",
    offline="The server could not be reached. Check your connection and try again.",
)

_ALL = {"ja": JA, "en": EN}


def words_for(lang: str) -> LibraryWords:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)
