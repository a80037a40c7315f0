"""The words of the Compare page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CompareWords:
    """The wording of one language. ``{name}`` stands for a value."""

    lead: str
    names: str
    names_placeholder: str
    names_hint: str
    attributes: str
    attributes_placeholder: str
    attributes_hint: str
    run: str
    clear: str
    suggested: str
    remove: str
    no_match: str
    empty_state: str
    no_sheets: str
    two_names: str
    unknown: str
    did_you_mean: str
    nothing: str
    done: str
    result: str
    attribute: str
    blank: str
    in_unit: str
    binary_note: str
    conflict_mark: str
    csv: str
    png: str
    charts: str
    more_charts: str
    bars_title: str
    bars_desc: str
    scatter_title: str
    scatter_desc: str
    scatter_note: str
    scale_note: str
    offline: str
    file_name: str
    column_name: str
    column_value: str
    column_unit: str
    column_converted: str
    column_converted_unit: str
    column_conditions: str
    column_source: str
    column_published: str
    column_place: str
    column_quote: str
    column_article: str
    column_url: str


JA = CompareWords(
    lead="仕様表の値を並べます。どの値にも出典が付き、記載のない欄は空けたままにします。",
    names="比べるもの",
    names_placeholder="名前を入れて選ぶ（例：Trainium3）",
    names_hint="二つ以上選んでください。一覧にない書き方も入力できます。",
    attributes="項目",
    attributes_placeholder="空欄ならすべての項目",
    attributes_hint="例：メモリ容量、メモリ帯域幅",
    run="並べる",
    clear="消す",
    suggested="項目の多いもの",
    remove="{name}を外す",
    no_match="一覧にありません。Enterでそのまま使います",
    empty_state="比べたいものを二つ以上選び、「並べる」を押してください。",
    no_sheets="仕様表がまだ入っていません。「資料」で仕様表（YAMLやCSV）を読み込むと、ここで比べられます。",
    two_names="比べるものを二つ以上選んでください。",
    unknown="「{name}」の仕様表はありません。",
    did_you_mean="近い名前：{names}",
    nothing="選んだ項目の値が仕様表にありません。項目を空欄にすると、すべての項目を並べます。",
    done="{entities}件を{attributes}項目で並べました。",
    result="比較の結果",
    attribute="項目",
    blank="記載なし",
    in_unit="＝{value}",
    binary_note="GiBなど2進接頭辞の値は、1024の累乗で換算しています。",
    conflict_mark="記事により異なる",
    csv="CSVで保存",
    png="PNGで保存",
    charts="グラフ",
    more_charts="ほかの項目のグラフ（{count}件）",
    bars_title="{attribute}（{unit}）",
    bars_desc="{attribute}の横棒グラフ。{values}。",
    scatter_title="{x}と{y}",
    scatter_desc="横軸が{x}（{x_unit}）、縦軸が{y}（{y_unit}）の散布図。{values}。",
    scatter_note="右上ほど、両方の値が大きい。",
    scale_note="棒の長さは0を起点にしています。条件（チップ当たり、サーバー当たりなど）が違う値は、そのまま比べられません。",
    offline="サーバーにつながりませんでした。接続を確かめて、もう一度お試しください。",
    file_name="比較",
    column_name="名前",
    column_value="値",
    column_unit="単位",
    column_converted="換算値",
    column_converted_unit="換算単位",
    column_conditions="条件",
    column_source="出典",
    column_published="公開日",
    column_place="箇所",
    column_quote="原文",
    column_article="記事ID",
    column_url="URL",
)

EN = CompareWords(
    lead="Values from the spec sheets side by side. Each names its source; what is not stated stays blank.",
    names="Compare",
    names_placeholder="Type a name and choose, e.g. Trainium3",
    names_hint="Choose two or more. Other spellings may be typed too.",
    attributes="Attributes",
    attributes_placeholder="Empty for all of them",
    attributes_hint="For example HBM capacity, HBM bandwidth",
    run="Compare",
    clear="Clear",
    suggested="With many attributes",
    remove="Remove {name}",
    no_match="Not in the list. Enter takes it as it is",
    empty_state="Choose two or more things to compare, then press “Compare”.",
    no_sheets="There are no spec sheets yet. Add some (YAML or CSV) under Library to compare them here.",
    two_names="Choose two or more things to compare.",
    unknown="No spec sheet is about “{name}”.",
    did_you_mean="Similar names: {names}",
    nothing="The sheets have no value for the attributes you chose. Leave the field empty to see all of them.",
    done="{entities} compared on {attributes} attributes.",
    result="Comparison",
    attribute="Attribute",
    blank="Not stated",
    in_unit="= {value}",
    binary_note="Values in GiB and the like are converted by powers of 1024.",
    conflict_mark="sources disagree",
    csv="Save as CSV",
    png="Save as PNG",
    charts="Charts",
    more_charts="Charts of the other attributes ({count})",
    bars_title="{attribute} ({unit})",
    bars_desc="Bar chart of {attribute}. {values}.",
    scatter_title="{x} and {y}",
    scatter_desc="Scatter plot with {x} ({x_unit}) across and {y} ({y_unit}) upwards. {values}.",
    scatter_note="Further up and to the right means more of both.",
    scale_note="Bars start at zero. Values on different bases (per chip, per server) are not comparable as they stand.",
    offline="The server could not be reached. Check your connection and try again.",
    file_name="comparison",
    column_name="Name",
    column_value="Value",
    column_unit="Unit",
    column_converted="Converted",
    column_converted_unit="Converted unit",
    column_conditions="Conditions",
    column_source="Source",
    column_published="Published",
    column_place="Place",
    column_quote="Words of the source",
    column_article="Article id",
    column_url="URL",
)

_ALL = {"ja": JA, "en": EN}


def words_for(lang: str) -> CompareWords:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)
