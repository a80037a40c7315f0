"""Makes libraries of any size for the scale benchmark: invented, varied news in Japanese and English.

Article ``n`` depends on the seed and ``n`` only, so a small library is the beginning of a large one and the
same questions can be asked of both. Words follow a steep distribution as in real text: a few thousand are
common, and names of people, companies and products are spread over very many. Nothing here is about anybody.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 11
PARAGRAPHS = 5
ENGLISH_SHARE = 0.2

_KANJI = (
    "山川田中村林森原野沢池島崎浜港橋石松竹梅藤桜花葉草木水火土金銀銅鉄光風雲雪雨海波岸谷丘峰東西南北上下左右前後内外高低"
    "大小長短新古明暗赤青白黒緑紫早遅強弱重軽広狭深浅遠近春夏秋冬朝夕夜星空天地人心手足目耳口声音色形力気体頭顔首肩腕指"
    "車船道駅町市県都国家門窓戸室席机本紙筆墨文字語詩歌曲絵画映写記録計算数量度温熱冷暖乾湿圧電磁波線点面角円球軸輪歯"
    "制御設置製造加工組立検査試験測定分析評価改良開発研究技術資源材料燃料電池回路基板素子半導体導入運用保守点検修理交換"
    "予算決算収支売上利益損失投資融資債券株式市場価格為替金利税率契約交渉合意提携買収統合再編人事異動就任退任採用育成"
    "議会選挙投票候補当選政策法案審議可決否決条例規制緩和支援補助交付申請認可許可登録届出公表発表会見説明資料報告調査"
    "事故災害地震津波台風豪雨洪水火災停電断水避難救助復旧復興医療病院患者治療手術薬剤感染予防接種健康診断福祉介護教育"
    "学校生徒教師授業試合大会優勝記録選手監督球団競技演奏公演展示作品作家賞受賞文化遺産保存観光旅行宿泊航空鉄道輸送物流"
)
_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロガギグゲゴザジズゼゾダデドバビブベボパピプペポ"
_SYLLABLES = (
    "ba be bi bo bu ca ce co da de di do fa fe fi fo ga ge go ha he ho ja jo ka ke ki ko la le li lo lu ma me mi mo mu "
    "na ne ni no pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we za ze zo"
).split()
_FAMILY = "佐伯 森下 浅田 黒木 三浦 早川 大庭 栗原 八代 島村 平良 千葉 真田 榊 風間 水野 香山 志村 相沢 宮内".split()
_GIVEN = "真一 春香 直樹 美咲 健吾 由紀 隆 千尋 誠 彩 拓也 恵 亮介 葵 修平 遥 和也 瞳 翔太 奈緒".split()
_PLACES = "北浜 南沢 東雲台 西原 青葉丘 湊町 白河原 緑ヶ浦 三ツ橋 鶴見野 朝霧 高砂台 月岡 花園町 石見沢 風早".split()
_UNITS = ("GB", "TB", "W", "kW", "mm", "cm", "kg", "円", "ドル", "人", "台", "%", "時間", "件", "GHz", "nm")
_TOPICS = (
    "容量 消費電力 重量 価格 出荷台数 処理速度 売上高 従業員数 面積 耐用年数 応答時間 歩留まり 稼働率 来場者数".split()
)
_DEEDS = "発表した 公開した 見直した 延期した 開始した 終えた 決めた 検討している 否定した 認めた 引き上げた 引き下げた".split()
_WHY = (
    "需要の伸び 部品の不足 法律の改正 住民の要望 競合の値下げ 設備の老朽化 為替の変動 人手の不足 安全上の懸念".split()
)
_TOPICS_EN = "capacity,power draw,weight,price,shipments,throughput,revenue,headcount,floor area,service life".split(
    ","
)
_DEEDS_EN = "announced,published,revised,postponed,started,completed,approved,reconsidered,denied,confirmed".split(",")
_WHY_EN = "stronger demand,a shortage of parts,a change of law,requests from residents,ageing equipment".split(",")
_UNITS_EN = ("GB", "TB", "W", "kW", "mm", "kg", "dollars", "people", "units", "percent", "hours")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and the article that says it."""

    text: str
    article_id: str


@dataclass(frozen=True, slots=True)
class _Story:
    company: str
    product: str
    person: str
    place: str
    theme: str


def article(number: int, seed: int = SEED) -> dict[str, str]:
    """The article of that number: ``id``, ``title``, ``text``, ``lang``, ``published``."""
    rng = random.Random(seed * 1_000_003 + number)
    english = rng.random() < ENGLISH_SHARE
    story = _story(rng, english)
    paragraphs = ["".join(_paragraph(rng, story, english)) for _ in range(PARAGRAPHS)]
    title = (
        f"{story.company}: {story.theme} at {story.place}"
        if english
        else f"{story.company}、{story.place}で{story.theme}"
    )
    return {
        "id": f"s{number}",
        "title": title,
        "text": "\n\n".join(paragraphs),
        "lang": "en" if english else "ja",
        "published": f"20{rng.randrange(10, 27)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
    }


def questions(count: int, articles: int, seed: int = SEED) -> list[Question]:
    """``count`` distinct questions about the first ``articles`` articles."""
    chosen = random.Random(seed).sample(range(articles), count)
    return [_question(number, seed) for number in chosen]


def write_corpus(target: Path, articles: int, seed: int = SEED) -> None:
    """Write the first ``articles`` articles as JSONL."""
    with target.open("w", encoding="utf-8") as stream:
        for item in stories(articles, seed):
            stream.write(json.dumps(item, ensure_ascii=False) + "\n")


def stories(articles: int, seed: int = SEED) -> Iterator[dict[str, str]]:
    return (article(number, seed) for number in range(articles))


def _question(number: int, seed: int) -> Question:
    rng = random.Random(seed * 1_000_003 + number)
    english = rng.random() < ENGLISH_SHARE
    story = _story(rng, english)
    ask = random.Random(seed * 31 + number)
    topic = ask.choice(_TOPICS_EN if english else _TOPICS)
    if english:
        text = ask.choice(
            (
                f"What is the {topic} of the {story.product}?",
                f"What did {story.company} say about {topic} at {story.place}?",
                f"Who at {story.company} spoke about the {story.theme}?",
                f"How did the {topic} of the {story.product} change after the {story.theme}?",
            )
        )
    else:
        text = ask.choice(
            (
                f"{story.product}の{topic}はいくらですか。",
                f"{story.company}は{story.place}の{story.theme}について何と説明しましたか。",
                f"{story.company}で{story.theme}を担当しているのは誰ですか。",
                f"{story.place}で{story.company}が{story.theme}を見直した理由は何ですか。",
                f"{story.theme}の後、{story.product}の{topic}はどのくらい変わりましたか。",
            )
        )
    return Question(text, f"s{number}")


def _story(rng: random.Random, english: bool) -> _Story:
    letters = "".join(rng.choice("ABCDEFGHKLMNPRSTVX") for _ in range(3))
    product = f"{letters}-{rng.randrange(100, 9999)}"
    if english:
        return _Story(
            f"{_latin(rng)} {rng.choice(('Works', 'Systems', 'Foods', 'Energy', 'Rail'))}",
            f"{_latin(rng)} {product}",
            f"{_latin(rng)} {_latin(rng)}",
            f"{_latin(rng)} {rng.choice(('Bay', 'Hills', 'Junction', 'Park'))}",
            f"{_latin(rng, steep=True).lower()} {rng.choice(('expansion', 'recall', 'trial', 'merger', 'repair'))}",
        )
    company = (
        _kana(rng)
        if rng.random() < 0.5
        else f"{_compound(rng, steep=False)}{rng.choice(('電機', '製作所', '食品', '鉄道', '工業'))}"
    )
    return _Story(
        company,
        product,
        f"{rng.choice(_FAMILY)}{rng.choice(_GIVEN)}",
        f"{rng.choice(_PLACES)}{rng.choice(('市', '町', '港', '工場', '地区'))}",
        f"{_compound(rng)}{_compound(rng)}",
    )


def _paragraph(rng: random.Random, story: _Story, english: bool) -> list[str]:
    make = _english if english else _japanese
    return [make(rng, story) for _ in range(rng.randrange(4, 6))]


def _japanese(rng: random.Random, story: _Story) -> str:
    one, two, three = _compound(rng), _compound(rng), _compound(rng)
    figure, day = _figure(rng, _UNITS), f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日"
    topic, deed, why = rng.choice(_TOPICS), rng.choice(_DEEDS), rng.choice(_WHY)
    return rng.choice(
        (
            f"{story.company}は{day}、{story.place}での{story.theme}を{deed}。",
            f"{story.product}の{topic}は{figure}で、{_kana(rng)}の従来品より{rng.randrange(2, 60)}%多い。",
            f"担当の{story.person}氏は「{one}の{two}には{three}が欠かせない」と述べた。",
            f"背景には{why}があり、{one}{two}の{topic}にも影響が出ている。",
            f"{one}を{two}した結果、{topic}は{figure}になった。",
            f"同社は{_kana(rng)}と{three}の{one}を進め、{topic}を{figure}に近づける。",
            f"{story.place}では{one}{three}が続いており、{two}を求める声もある。",
            f"{two}については{rng.choice(_PLACES)}の{_compound(rng, steep=False)}委員会が{day}に{deed}。",
        )
    )


def _english(rng: random.Random, story: _Story) -> str:
    one, two, three = (_latin(rng, steep=True).lower() for _ in range(3))
    figure, topic = _figure(rng, _UNITS_EN), rng.choice(_TOPICS_EN)
    return rng.choice(
        (
            f"{story.company} {rng.choice(_DEEDS_EN)} the {story.theme} at {story.place} this week. ",
            f"The {topic} of the {story.product} is {figure}, against {_figure(rng, _UNITS_EN)} for the {_latin(rng)}. ",
            f"{story.person} said that {one} and {two} depend on the {three}. ",
            f"The reason given was {rng.choice(_WHY_EN)}, which also touches the {one} {two}. ",
            f"After the {one} was {rng.choice(_DEEDS_EN)}, {topic} came to {figure}. ",
            f"Critics in {story.place} point to the {two} of the {three} {one}. ",
        )
    )


def _figure(rng: random.Random, units: Sequence[str]) -> str:
    value, unit = rng.randrange(1, 10 ** rng.randrange(1, 6)), rng.choice(units)
    return f"{value:,}{' ' if len(unit) > 3 else ''}{unit}"


def _place(rng: random.Random, size: int, steep: bool) -> int:
    """A place in a list of ``size``: often near its beginning, or anywhere."""
    return int(size * rng.random() ** (3.0 if steep else 1.0))


def _compound(rng: random.Random, *, steep: bool = True) -> str:
    return _KANJI[_place(rng, len(_KANJI), steep)] + _KANJI[_place(rng, len(_KANJI), steep)]


def _kana(rng: random.Random) -> str:
    return "".join(rng.choice(_KANA) for _ in range(rng.randrange(2, 4))) + rng.choice(
        ("ー", "ン", "ックス", "リア", "")
    )


def _latin(rng: random.Random, *, steep: bool = False) -> str:
    pieces = (_SYLLABLES[_place(rng, len(_SYLLABLES), steep)] for _ in range(rng.randrange(2, 4)))
    return "".join(pieces).capitalize()
