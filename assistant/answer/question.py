"""What a question asks for: its kind, the dimension of the figure, the words that name the fact."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.retrieve.query import Query
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities

_KANA_OR_KANJI = lazy_pattern(r"[\u3041-\u30ff\u4e00-\u9fff]")


class QuestionKind(StrEnum):
    FIGURE = "figure"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    DEFINITION = "definition"
    REASON = "reason"
    HOW = "how"
    LIST = "list"
    COMPARISON = "comparison"
    YES_NO = "yes_no"
    METADATA = "metadata"
    THING = "thing"  # what, which: a name or a noun phrase


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the reader needs it.

    ``dimensions`` are prefixes of ``Quantity.dimension`` that can answer it; empty means any.
    ``metadata_field`` is author, date, category, tags or sources for questions about the article itself.
    """

    text: str
    lang: str
    kind: QuestionKind
    dimensions: tuple[str, ...] = ()
    metadata_field: str = ""
    asked: str = ""  # what the user wrote, where ``text`` was rewritten from it


# (pattern on the normalised question, kind); the first match wins.
_JA_KINDS: tuple[tuple[re.Pattern[str], QuestionKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"なぜ|何故|どうして|理由|原因は|なんで", QuestionKind.REASON),
        (
            r"いつ|何年(?!間)|何月|何日(?!間)|何時(?!間)|何曜|日付|時期は|何世紀|年月日|[年月]日は?[?？。]?$|日は[?？。]?$|開始は[?？。]?$",
            QuestionKind.DATE,
        ),
        (
            r"(?<![0-9.])(?:[2-9]|1[0-2]|[二三四五六七八九十])(?:つ|種類|社|点|カ所|か所|項目)は(?:何|どれ|どこ)",
            QuestionKind.LIST,
        ),
        (r"誰|だれ|どなた|何者|人物は|何という人|何氏", QuestionKind.PERSON),
        (r"どのよう(?:に|な方法)|どうやって|どうやる|方法は|手順", QuestionKind.HOW),
        (
            r"いくつ|いくら|幾つ|幾ら|どの(?:くらい|ぐらい|程度)|どれ(?:くらい|ぐらい|ほど|だけ)|"
            r"何(?:gb|tb|mb|kb|gib|ゼタ|エクサ|ペタ|テラ|ギガ|メガ|キロ|ミリ|ナノ|マイクロ|nm|mm|cm|km|m(?![a-z])|w|v|hz|%|℃)|"
            r"何(?:倍|人|名|社|個|台|基|枚|本|回|歳|校|店|件|点|円|ドル|ユーロ|パーセント|割|分の|種類|世代|チップ|度|秒|分|時間|日間|年間|か月|カ月|ヶ月|"
            r"メートル|グラム|トン|ワット|万|億|兆|位|番|隻|機|両|頭|匹|羽|戸|世帯|票|章|巻|話|曲|階|ヘクタール|平方|立方|箇所|か所|ヵ所|文字|冊|着|杯|問|勝|敗|ポイント)",
            QuestionKind.FIGURE,
        ),
        (
            r"(?:どの|どこの|何という|なんという|どういう|どちらの)(?:会社|企業|団体|機関|大学|組織|調査会社|メーカー|チーム|党|協会)(?!.{0,3}(?:一覧|すべて))|"
            r"(?:会社|企業|団体|機関|大学|組織|調査会社|メーカー)は(?:どこ|どちら|何)|"
            r"(?:開発|設計|製造|買収|発表|運営|出資|提供|販売)し(?:た|ている)の(?:は|が)(?:どこ|どちら)",
            QuestionKind.ORGANISATION,
        ),
        (
            r"どこ|何処|どの(?:国|都市|州|県|街|町|地域|場所)|何(?:県|市|州|国|区|町|村|地方|駅|島|大陸)|場所は|所在地",
            QuestionKind.PLACE,
        ),
        (
            r"何を(?:する|している|行う|手掛ける)(?:ため)?の?(?:企業|会社|団体|組織|製品|もの|サービス|ソフト\S{0,4}|技術|仕組み|部品|装置)|"
            r"(?:とは|って)(?:[、,]?(?:何|なん|なに|どんな|どのよう|どういう))|とは[?？]?$|とは何|定義|意味は",
            QuestionKind.DEFINITION,
        ),
        (
            r"一覧|列挙|どんな[^、。]{1,12}があ(?:り|る)|どの[^、。]{1,12}(?:を|が)(?:使え|選べ|利用でき|使われ)|(?:[2-9二三四五六]|いくつか)(?:つ|種類|個|社|点)の[^、。]{1,20}は(?:何|どれ|どこ)|何がありますか|どんな(?:もの|区分|方式|形式|データ|分野|用途)|すべて挙げ|全て挙げ|挙げて|どんな(?:企業|会社|製品|種類)|(?:どの|どういった)(?:企業|会社)|企業(?:名)?は[?？]?$|社名",
            QuestionKind.LIST,
        ),
    )
)
_EN_KINDS: tuple[tuple[re.Pattern[str], QuestionKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\bwhy\b|\bfor what reason\b|\breason for\b", QuestionKind.REASON),
        # How many ... when it opened: the word that opens the question says what is asked.
        (
            r"^what (?:does|do|did|would|will) .+ (?:cost|weigh|charge)(?=\?|$| (?:per|an?|each|in|for|today|now)\b)",
            QuestionKind.FIGURE,
        ),
        (r"^(?:about |roughly |and )?how (?:many|much)\b|\b(?:by what|what) factor\b", QuestionKind.FIGURE),
        (r"\bwhen\b|\bwhat (?:year|date|day|month|time)\b|\bwhich (?:year|month|day)\b", QuestionKind.DATE),
        (
            r"\bhow (?:many|much|large|big|long|fast|far|high|tall|old|wide|heavy|often)\b|\bwhat (?:percentage|percent|share|number|"
            r"fraction|multiple)\b|\bwhat is the (?:total )?(?:number|amount|price|cost|capacity|bandwidth|size|rate)\b",
            QuestionKind.FIGURE,
        ),
        (
            r"\b(?:which|what) (?:company|firm|organi[sz]ation|vendor|maker|manufacturer|startup|institute|university|agency)\b|"
            r"^who (?:makes|made|developed|develops|designed|designs|built|builds|manufactures|owns|publishes)\b",
            QuestionKind.ORGANISATION,
        ),
        (r"\bwho\b|\bwhose\b|\bwhom\b", QuestionKind.PERSON),
        (r"\bwhere\b|\bwhich (?:country|city|state|place)\b|\bwhat (?:country|city|state|place)\b", QuestionKind.PLACE),
        (r"\bhow (?:do|does|did|is|are|was|were|can|to)\b", QuestionKind.HOW),
        (
            r"^list\b|\blist (?:all|the|every)\b|\bname (?:all|the)\b|\bwhat (?:two|three|four|five)\b|\b(?:which|what) (?:companies|customers|products|chips|firms|types|kinds)\b",
            QuestionKind.LIST,
        ),
        (r"^what (?:does|do|did) [\w .&/'-]+? (?:do|stand for)\?*$", QuestionKind.DEFINITION),
        (r"^(?:what (?:is|are|was|were)|define)\s+(?:an?\s+|the\s+)?[\w .\-]+\?*$", QuestionKind.DEFINITION),
        (r"^(?:is|are|was|were|does|do|did|can|could|has|have|will|would)\b", QuestionKind.YES_NO),
    )
)

_METADATA: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (
            r"(?:記事|これ|この文章|本文|コラム).{0,12}(?:誰が|だれが).{0,4}(?:書|執筆)|(?:誰|だれ)が書|著者|筆者は|執筆者|書いたのは(?:誰|だれ)",
            "author",
        ),
        (r"記事.{0,8}(?:どの|どこの)(?:部署|班|部|記者|担当|編集部).{0,6}(?:書|執筆|担当|まとめ)", "author"),
        (r"\bwho (?:wrote|is the author|authored)\b|\bauthor of\b|\bwritten by whom\b|\bwho is the writer\b", "author"),
        (
            r"(?:記事|これ).{0,12}(?:いつ).{0,6}(?:公開|掲載|書|出|発行|配信)|公開日|掲載日|いつの記事|記事の日付",
            "date",
        ),
        (r"記事(?:が|は).{0,4}(?:出|公開|掲載|載っ|配信)[^。]{0,6}のはいつ", "date"),
        (
            r"\bwhen did (?:the|this|that|your) (?:[a-z]+ ){0,3}(?:article|story|post|piece|report)\b.{0,80}\b(?:come out|appear|run)\b|"
            r"\bwhen was (?:the|this|that|your) (?:[a-z]+ ){0,3}(?:article|story|post|piece|report)\b.{0,80}\b(?:published|written|posted|released)\b|\bpublication date\b|\bpublished (?:on )?(?:what|which)\b",
            "date",
        ),
        (r"カテゴリ|どの分類|何の分野", "category"),
        (r"\bcategor(?:y|ies)\b", "category"),
        (r"タグ", "tags"),
        (r"\btags?\b", "tags"),
        (r"(?:記事|シート).{0,10}出典|出典は", "sources"),
        (r"\bsources? of (?:the|this) (?:article|sheet)\b", "sources"),
    )
)

# Words that name a quantity, and the dimensions its value can have.
_DIMENSIONS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), dimensions)
    for pattern, dimensions in (
        (r"帯域|bandwidth|転送速度|通信速度|throughput", ("data_rate", "bit_rate")),
        (r"メモリ|容量|hbm|memory|capacity|ストレージ|storage", ("data",)),
        (r"倍|how many times|何倍|multiple|times (?:more|faster|better|larger|higher)", ("multiple",)),
        (
            r"演算|計算性能|計算能力|flops|フロップス|処理性能|compute|fp8|fp16|bf16|fp4|性能",
            ("compute", "ops", "multiple", "percent"),
        ),
        (r"消費電力|電力|tdp|power|ワット|watt", ("power", "energy")),
        (
            r"価格|料金|値段|いくら|金額|投資|ドル|円|売上|price|how much (?:money|did|does|has|was)|invest|revenue|dollars",
            ("currency",),
        ),
        (r"費用|コスト|cost|\bcharge", ("currency", "percent")),
        (r"割合|シェア|占有率|比率|何%|パーセント|percent|share|ratio|何割|削減", ("percent", "multiple")),
        (r"プロセス|ノード|nm|微細|process|node", ("length",)),
        (r"遅延|レイテンシ|latency|何秒|何分(?!の)|何時間|かかる時間|how long", ("time", "length")),
        (r"人口|何人|何名|how many (?:people|persons)", ("count", "number")),
        (r"周波数|クロック|frequency|clock", ("frequency",)),
        (r"温度|何度|temperature", ("temperature",)),
        (r"重さ|重量|質量|体重|weight|mass", ("mass",)),
        (r"高さ|長さ|距離|幅は|標高|身長|全長|height|length|distance|how (?:tall|far)", ("length",)),
        (r"面積|広さ|area", ("area",)),
        (r"速度|速さ|speed", ("speed", "data_rate")),
        (r"何世代|第何|generation", ("ordinal", "number")),
        (r"何個|いくつ|何基|何枚|台数|個数|チップ数|搭載数|何台|how many", ("count", "number", "multiple")),
    )
)
_UNIT_ASKED = lazy_pattern(
    r"何(?P<ja>[a-z%][a-z/]*|ドル|円|ユーロ|ビット|バイト|ワット|メートル|グラム|トン|秒|時間)(?![a-z])|\bhow many (?P<en>[a-z]+(?:/[a-z]+)?)(?![a-z/])"
)
_COUNTED = lazy_pattern(
    r"何(?:個|基|台|枚|本|社|人|名|件|種類)(?:の|が|を|に|で|分|も|と|積|載|あ|い|必|使|搭|$|で|か|ま|入|つ)"
)
_COUNTED_EN = lazy_pattern(r"^(?:about |roughly |and )?how many (?!times\b)")
_TIMES = lazy_pattern(r"何分の(?:1|一|いち|いくつ)|何倍|\bhow many times\b|\bwhat factor\b")
_FIGURE_NOUN = lazy_pattern(
    r"(?:帯域幅?|容量|性能|能力|電力|価格|料金|値段|費用|コスト|投資額|金額|割合|シェア|占有率|比率|倍率|遅延|レイテンシ|速度|人口|面積|高さ|長さ|重さ|"
    r"数|台数|個数|個|規模|削減率|プロセス|プロセスノード|flops|サイズ|tdp|売上高?|周波数|温度)(?:は(?:、?(?:何|なに|なん|どれ|どの|いくら)[^、。]{0,12})?|って)?[?？]?$"
)
_FIGURE_NOUN_EN = lazy_pattern(
    r"\b(?:capacity|bandwidth|price|cost|power|tdp|performance|latency|throughput|size|number|share|percentage|ratio|flops|speed|node|frequency|clock|temperature|weight)\b"
)
_WHAT_FIGURE_EN = lazy_pattern(r"\bwhat(?!(?: else)? (?:do|does|did|can|could|will|would|has|have)\b)")
"""What does it add to the price: no figure is asked for."""
_YES_NO_JA = lazy_pattern(r"(?:ます|です|ました|でした|ません|だった|である|ない|た|る)か(?:[?？。]|$)")
_WH_JA = lazy_pattern(r"何|なに|なん|どの|どれ|どんな|どう|どこ|いつ|誰|だれ|いくら|いくつ|なぜ|どちら")
_WH_EN = lazy_pattern(r"\b(?:what|which|who|whom|whose|when|where|why|how)\b")


def analyse_question(text: str, *, about_articles: bool = True) -> Question:
    """Work out what ``text`` asks for.

    Args:
        text: What the user wrote.
        about_articles: Whether it may ask for an article's own author, date and the like. 「この本の
            著者は誰か」 may as well ask for a fact that an article states.
    """
    folded = " ".join(normalise(text).split())
    lang = "ja" if _KANA_OR_KANJI.search(folded) else "en"
    metadata_field = ""
    if about_articles:
        metadata_field = next((field for pattern, field in _METADATA if pattern.search(folded)), "")
    kind = QuestionKind.METADATA if metadata_field else _kind(folded, lang)
    dimensions = _dimensions(folded, kind)
    return Question(
        text=text,
        lang=lang,
        kind=kind,
        dimensions=dimensions,
        metadata_field=metadata_field,
    )


def _kind(folded: str, lang: str) -> QuestionKind:
    for pattern, kind in _JA_KINDS if lang == "ja" else _EN_KINDS:
        if pattern.search(folded):
            if kind is QuestionKind.DEFINITION and lang == "en" and _FIGURE_NOUN_EN.search(folded):
                return QuestionKind.FIGURE
            return kind
    if lang == "ja":
        if _FIGURE_NOUN.search(folded.rstrip("。 ")):
            return QuestionKind.FIGURE
        if _YES_NO_JA.search(folded) and not _WH_JA.search(folded):
            return QuestionKind.YES_NO
    elif (not _WH_EN.search(folded) and folded.endswith("?") is False and _FIGURE_NOUN_EN.search(folded)) or (
        _FIGURE_NOUN_EN.search(folded) and _WHAT_FIGURE_EN.search(folded)
    ):
        return QuestionKind.FIGURE
    return QuestionKind.THING


def _dimensions(folded: str, kind: QuestionKind) -> tuple[str, ...]:
    if kind is not QuestionKind.FIGURE:
        return ()
    if _TIMES.search(folded):
        return ("multiple",)  # 遅延は何分の1か: not a time
    counted = _UNIT_ASKED.search(folded)
    if counted is not None:
        # 何GW, how many bits: the unit says it, whatever the noun.
        asked = find_quantities(f"1{counted['ja']}" if counted["ja"] else f"1 {counted['en']}")
        if len(asked) == 1 and asked[0].dimension.split(":")[0] not in ("count", "number", "ordinal"):
            return (asked[0].dimension.split(":")[0],)
    if _COUNTED.search(folded):
        return ("count", "number")
    if _COUNTED_EN.search(folded):
        return ("count", "number", "multiple")  # how many elements share a scale: no share
    found = [dimensions for pattern, dimensions in _DIMENSIONS if pattern.search(folded)]
    if not found:
        return ()
    # The word that stands last names the value: 「メモリの帯域幅は」 asks for a rate, not a size.
    return tuple(dict.fromkeys(dimension for dimensions in found[:2] for dimension in dimensions))


_AFTER = lazy_pattern(r"^(?P<asked>.{6,}?[?？])(?P<rest>[^?？]*)$", re.DOTALL)
_ASKS_TOO = lazy_pattern(
    r"教え|挙げ|示し|説明し|述べ|列挙|比べ|知りたい|\b(?:tell|explain|list|name|describe|compare|give me|show me)\b",
    re.IGNORECASE,
)
_OPENING, _CLOSING = "「『（(“", "」』）)”"


def asked_part(text: str) -> str:
    """A question without what follows its last question mark and asks for nothing: orders on how to answer.

    What stands there says nothing about the fact, and its words would only drown the question's own.
    """
    match = _AFTER.match(text)
    if match is None or not match["rest"].strip() or _ASKS_TOO.search(match["rest"]):
        return text
    asked = match["asked"]
    opened = sum(map(asked.count, _OPENING)) - sum(map(asked.count, _CLOSING))
    return text if opened > 0 else asked


_TYPE_NOUNS = frozenset(
    "会社 企業 団体 組織 機関 メーカー 調査会社 company compani firm organ organiz organis vendor maker manufactur startup".split()
)


def without_type_nouns(question: Question, query: Query) -> Query:
    """The query without words that only say what kind of answer is wanted: どの会社, which company, すべて挙げて."""
    dropped = _ASKING | _TYPE_NOUNS if question.kind is QuestionKind.ORGANISATION else _ASKING
    kept = tuple(concept for concept in query.concepts if not set(concept.spellings[0]) <= dropped)
    return replace(query, concepts=kept) if kept and len(kept) < len(query.concepts) else query


_ASKING = frozenset("其々 全て すべて 挙げる 列挙 一覧 教える 述べる 答える".split())
