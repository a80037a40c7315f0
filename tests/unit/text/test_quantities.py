"""Case tables for the reading and comparing of quantities. All sentences are written for these tests."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.text.quantities import Qualifier, Quantity, Relation, compare, find_quantities
from assistant.text.quantity_guard import unsupported_figures

YEAR = 31556952


def only(text: str) -> Quantity:
    found = find_quantities(text)
    assert len(found) == 1, found
    return found[0]


# text, verbatim figure, value in base units, dimension
SINGLE = [
    # magnitudes, Japanese
    ("売上高は1兆2,000億円だった", "1兆2,000億円", "1200000000000", "currency:JPY"),
    ("従業員は3万5千人", "3万5千人", "35000", "count:person"),
    ("80億ドルを投じる", "80億ドル", "8000000000", "currency:USD"),
    ("人口は1億2,000万人", "1億2,000万人", "120000000", "count:person"),
    ("純利益は1,234百万円", "1,234百万円", "1234000000", "currency:JPY"),
    ("資本金は5百万円", "5百万円", "5000000", "currency:JPY"),
    ("発行済みの3千5百万株", "3千5百万株", "35000000", "count:share"),
    ("百万個の素子", "百万個", "1000000", "count:item"),
    ("参加者は百二十三人", "百二十三人", "123", "count:person"),
    ("一〇〇万台を出荷", "一〇〇万台", "1000000", "count:item"),
    ("三・五パーセントの伸び", "三・五パーセント", "3.5", "percent"),
    ("１，２３４円の品", "１，２３４円", "1234", "currency:JPY"),
    ("２．５倍に伸びた", "２．５倍", "2.5", "multiple"),
    ("0.75倍に減った", "0.75倍", "0.75", "multiple"),
    ("2京回の演算", "2京回", "20000000000000000", "count:time"),
    # magnitudes, English
    ("It spent $8 billion.", "$8 billion", "8000000000", "currency:USD"),
    ("It spent 8,000 million USD.", "8,000 million USD", "8000000000", "currency:USD"),
    ("It spent US$8bn.", "US$8bn", "8000000000", "currency:USD"),
    ("It spent USD 8 billion.", "USD 8 billion", "8000000000", "currency:USD"),
    ("a $1.2T market", "$1.2T", "1200000000000", "currency:USD"),
    ("$500m of debt", "$500m", "500000000", "currency:USD"),
    ("about it: 10K", "10K", "10000", "number"),
    ("two million copies sold", "two million copies", "2000000", "count:copy"),
    ("two hundred and fifty thousand dollars", "two hundred and fifty thousand dollars", "250000", "currency:USD"),
    ("twenty-one games", "twenty-one games", "21", "count:match"),
    ("a dozen people", "a dozen people", "12", "count:person"),
    ("two dozen ships", "two dozen ships", "24", "count:ship"),
    ("half a million users", "half a million users", "500000.0", "count:user"),
    ("118.5 crore", "118.5 crore", "1185000000", "number"),
    ("1.2×10^9個の粒", "1.2×10^9個", "1200000000", "count:item"),
    ("1.2 x 10⁹", "1.2 x 10⁹", "1200000000", "number"),
    ("loss of 3e-4", "3e-4", "0.0003", "number"),
    ("10\u2009000 units", "10\u2009000 units", "10000", "count:item"),
    ("1½ miles away", "1½ miles", "2414.016", "length"),
    # signs
    ("▲1,234百万円", "▲1,234百万円", "-1234000000", "currency:JPY"),
    ("△5.2%", "△5.2%", "-5.2", "percent"),
    ("気温は-5℃", "-5℃", "-5", "temperature"),
    ("気温は−5℃", "−5℃", "-5", "temperature"),
    ("マイナス3度の気温", "マイナス3度", "-3", "degree"),
    ("氷点下5度", "氷点下5度", "-5", "temperature"),
    ("a gain of +5%", "5%", "5", "percent"),
    # data and rates
    ("144GBのメモリ", "144GB", "144000000000", "data"),
    ("144 GB of memory", "144 GB", "144000000000", "data"),
    ("144ギガバイト", "144ギガバイト", "144000000000", "data"),
    ("1.5TB", "1.5TB", "1500000000000", "data"),
    ("2GiB", "2GiB", "2147483648", "data"),
    ("16ビット", "16ビット", "2", "data"),
    ("a 64B line", "64B", "64", "data"),
    ("帯域は4.9TB/s", "4.9TB/s", "4900000000000", "data_rate"),
    ("帯域は毎秒4.9テラバイト", "毎秒4.9テラバイト", "4900000000000", "data_rate"),
    ("4.9 terabytes per second", "4.9 terabytes", "4900000000000", "data_rate"),
    ("400 Gbps", "400 Gbps", "50000000000", "data_rate"),
    ("50Mbpsの回線", "50Mbps", "6250000", "data_rate"),
    # compute
    ("2.52 petaFLOPS", "2.52 petaFLOPS", "2520000000000000", "compute"),
    ("362 FP8 PFLOPs", "362 FP8 PFLOPs", "362000000000000000", "compute"),
    ("362ペタフロップス", "362ペタフロップス", "362000000000000000", "compute"),
    ("667 dense BF16 TFLOPS", "667 dense BF16 TFLOPS", "667000000000000", "compute"),
    ("1.1 exaFLOPS", "1.1 exaFLOPS", "1100000000000000000", "compute"),
    ("40 TOPS", "40 TOPS", "40000000000000", "ops"),
    # length, area, volume, mass
    ("3nmの工程", "3nm", "3E-9", "length"),
    ("3ナノメートル", "3ナノメートル", "3E-9", "length"),
    ("5 µm", "5 µm", "0.000005", "length"),
    ("５㌔歩く", "５㌔", "5000", "length"),
    ("20㎞先", "20㎞", "20000", "length"),
    ("5 feet 10 inches", "5 feet 10 inches", "1.7780", "length"),
    ("体重は60キロ", "60キロ", "60", "mass"),
    ("5㎏の米", "5㎏", "5", "mass"),
    ("2トンの荷", "2トン", "2000", "mass"),
    ("30㎡の部屋", "30㎡", "30", "area"),
    ("2平方キロメートル", "2平方キロメートル", "2000000", "area"),
    ("3 square miles", "3 square miles", "7769964.331008", "area"),
    ("3リットル", "3リットル", "0.003", "volume"),
    ("500mLの瓶", "500mL", "0.0005", "volume"),
    # time
    ("10マイクロ秒", "10マイクロ秒", "0.00001", "time"),
    ("8 µs", "8 µs", "0.000008", "time"),
    ("5ミリ秒", "5ミリ秒", "0.005", "time"),
    ("1時間30分", "1時間30分", "5400", "time"),
    ("3 hours 20 minutes", "3 hours 20 minutes", "12000", "time"),
    ("20年間の実績", "20年間", str(20 * YEAR), "time"),
    ("5年後に開く", "5年", str(5 * YEAR), "time"),
    ("2年半の工事", "2年半", str(YEAR * 5 // 2), "time"),
    ("半年ほど前", "半年", str(YEAR // 2), "time"),
    ("6ヵ月間", "6ヵ月間", str(YEAR // 2), "time"),
    ("3日間の会期", "3日間", "259200", "time"),
    ("two weeks", "two weeks", "1209600", "time"),
    ("a 10-year plan", "10-year", str(10 * YEAR), "time"),
    ("午後3時30分に始まる", "午後3時30分", "55800", "clock"),
    ("10時に開く", "10時", "36000", "clock"),
    ("at 3:30 pm", "3:30 pm", "55800", "clock"),
    # power, energy, others
    ("700Wの消費", "700W", "700", "power"),
    ("2ギガワット", "2ギガワット", "2000000000", "power"),
    ("500 megawatts", "500 megawatts", "500000000", "power"),
    ("100kWh", "100kWh", "360000000", "energy"),
    ("2.4GHz", "2.4GHz", "2400000000", "frequency"),
    ("時速360キロ", "時速360キロ", "100", "speed"),
    ("36 km/h", "36 km/h", "10", "speed"),
    ("摂氏25度", "25度", "25", "temperature"),
    ("50 °F", "50 °F", "10", "temperature"),
    # shares and multiples
    ("50%の削減", "50%", "50", "percent"),
    ("５０％の削減", "５０％", "50", "percent"),
    ("50 per cent", "50 per cent", "50", "percent"),
    ("3割の値引き", "3割", "30", "percent"),
    ("三割五分の打率", "三割五分", "35", "percent"),
    ("3割5分6厘", "3割5分6厘", "35.6", "percent"),
    ("2ポイントの改善", "2ポイント", "2", "point"),
    ("0.5%ポイント", "0.5%ポイント", "0.5", "point"),
    ("2 percentage points", "2 percentage points", "2", "point"),
    ("25 basis points", "25 basis points", "0.25", "point"),
    ("費用は半分", "半分", "0.5", "multiple"),
    ("倍に増えた", "倍", "2", "multiple"),
    ("4分の1に当たる", "4分の1", "0.25", "multiple"),
    ("四分の三が賛成", "四分の三", "0.75", "multiple"),
    ("three quarters of them", "three quarters", "0.75", "multiple"),
    ("half of the members", "half", "0.5", "multiple"),
    ("it doubled", "doubled", "2", "multiple"),
    ("twice as fast", "twice", "2", "multiple"),
    ("four times faster", "four times", "4", "multiple"),
    ("4.4x the speed", "4.4x", "4.4", "multiple"),
    ("4.4×の速さ", "4.4×", "4.4", "multiple"),
    ("5人に1人が使う", "5人に1人", "0.2", "multiple"),
    ("one in five users", "one in five", "0.2", "multiple"),
    # counts and ranks
    ("144個のTrainium3", "144個", "144", "count:item"),
    ("三つの理由", "三つ", "3", "count:item"),
    ("6か国が参加", "6か国", "6", "count:country"),
    ("12回の打ち上げ", "12回", "12", "count:time"),
    ("35歳の社長", "35歳", "35", "age"),
    ("a 35-year-old engineer", "35-year-old", "35", "age"),
    ("第4世代の製品", "第4世代", "4", "ordinal:generation"),
    ("the 4th generation", "4th generation", "4", "ordinal:generation"),
    ("a third-generation chip", "third-generation", "3", "ordinal:generation"),
    ("世界3位の規模", "3位", "3", "ordinal:rank"),
    ("第12回の大会", "第12回", "12", "ordinal:time"),
    ("a Phase 3 trial", "3", "3", "ordinal:phase"),
    ("7B parameters", "7B parameters", "7000000000", "count:parameter"),
    ("8x H100", "8", "8", "number"),
]


@pytest.mark.parametrize(("text", "figure", "value", "dimension"), SINGLE, ids=[row[0] for row in SINGLE])
def test_reads_one_figure(text: str, figure: str, value: str, dimension: str) -> None:
    quantity = only(text)
    assert (quantity.text, quantity.low, quantity.dimension) == (figure, Decimal(value), dimension)
    assert quantity.high == quantity.low
    assert text[quantity.start : quantity.end] == figure


RANGES = [
    ("市場の8割から9割", "80", "90", "percent"),
    ("8割から8割5分とする分析", "80", "85", "percent"),
    ("二割五分から三割", "25", "30", "percent"),
    ("2割5分〜3割5分5厘", "25", "35.5", "percent"),
    ("1時間30分から2時間15分かかる", "5400", "8100", "time"),
    ("10–15% growth", "10", "15", "percent"),
    ("10〜15％の伸び", "10", "15", "percent"),
    ("3~5個の部品", "3", "5", "count:item"),
    ("between 5 and 7 million people", "5000000", "7000000", "count:person"),
    ("from 5 to 7 chips", "5", "7", "count:chip"),
    ("10〜15億円", "1000000000", "1500000000", "currency:JPY"),
    ("3000〜1万人", "3000", "10000", "count:person"),
    ("$500m to $1bn", "500000000", "1000000000", "currency:USD"),
    ("二、三人の客", "2", "3", "count:person"),
    ("三から五人", "3", "5", "count:person"),
    ("数百社の顧客", "200", "999", "count:company"),
    ("十数人の班", "11", "19", "count:person"),
    ("tens of thousands of visitors", "20000", "99999", "number"),
    ("20代の客", "20", "29", "age"),
]


@pytest.mark.parametrize(("text", "low", "high", "dimension"), RANGES)
def test_reads_a_range(text: str, low: str, high: str, dimension: str) -> None:
    quantity = only(text)
    assert (quantity.low, quantity.high, quantity.dimension) == (Decimal(low), Decimal(high), dimension)


NO_QUANTITY = [
    "Trainium3 HBM3E H100 GPT-4 PPR-9087 v5p 3.5-Sonnet MXFP8 Trn2 p5.48xlarge NeuronSwitch-v1",
    "ISBN 978-4-00-310101-8",
    "192.168.0.1",
    "https://example.jp/2024/12?page=5",
    "03-1234-5678",
    "(03)6741-1204",
    "version 3.12.1",
    "Windows 11 and iPhone 15",
    "ISO 9001",
    "5GとWi-Fi 6",
    "24/7 support",
    "COVID-19",
    "単位：百万円",
    "（千円）",
    "一部の一般的な方法では十分でない",
    "三菱と四国と千葉と八百屋",
    "統一人事と唯一人",
    "2025年12月3日に発表",
    "December 3, 2025",
    "in 2025",
    "one of the best",
    "the first half of the game",
    "(1)概要",
    "役割と時間割",
    "京都の東京支店",
    "4K映像",
]


@pytest.mark.parametrize("text", NO_QUANTITY)
def test_is_no_quantity(text: str) -> None:
    assert find_quantities(text) == ()


QUALIFIERS = [
    ("約4倍", Qualifier.ABOUT, "約4倍"),
    ("およそ30人", Qualifier.ABOUT, "およそ30人"),
    ("30人程度", Qualifier.ABOUT, "30人程度"),
    ("8割強", Qualifier.ABOUT, "8割強"),
    ("nearly 30 people", Qualifier.ABOUT, "nearly 30 people"),
    ("~5 ms", Qualifier.ABOUT, "~5 ms"),
    ("最大4.4倍", Qualifier.UP_TO, "最大4.4倍"),
    ("up to 144 chips", Qualifier.UP_TO, "up to 144 chips"),
    ("10人以下", Qualifier.AT_MOST, "10人以下"),
    ("at most 10 people", Qualifier.AT_MOST, "at most 10 people"),
    ("10マイクロ秒未満", Qualifier.LESS_THAN, "10マイクロ秒未満"),
    ("less than 10 µs", Qualifier.LESS_THAN, "less than 10 µs"),
    ("<10 µs", Qualifier.LESS_THAN, "<10 µs"),
    ("20歳以上", Qualifier.AT_LEAST, "20歳以上"),
    ("at least 20 people", Qualifier.AT_LEAST, "at least 20 people"),
    ("20 people or more", Qualifier.AT_LEAST, "20 people or more"),
    ("最低3台", Qualifier.AT_LEAST, "最低3台"),
    ("100万人超", Qualifier.MORE_THAN, "100万人超"),
    ("100億円を上回る", Qualifier.MORE_THAN, "100億円を上回"),
    ("more than $5 million", Qualifier.MORE_THAN, "more than $5 million"),
    ("over 800", Qualifier.MORE_THAN, "over 800"),
    ("過半数", Qualifier.MORE_THAN, "過半数"),
    ("144個", Qualifier.EXACT, "144個"),
]


@pytest.mark.parametrize(("text", "qualifier", "span"), QUALIFIERS)
def test_reads_a_qualifier(text: str, qualifier: Qualifier, span: str) -> None:
    quantity = only(text)
    assert quantity.qualifier is qualifier
    assert text[quantity.span_start : quantity.span_end] == span


BASES = [
    ("チップ1個当たり144GB", "144GB", "chip"),
    ("1時間当たり約2ドル", "2ドル", "hour"),
    ("1人当たり3万円", "3万円", "person"),
    ("96GB per chip", "96GB", "chip"),
    ("5 GB/chip", "5 GB/chip", "chip"),
    ("$2.50 per hour", "$2.50", "hour"),
    ("年間1,000万人", "年間1,000万人", "year"),
    ("月額980円", "月額980円", "month"),
    ("3ドル/時", "3ドル/時", "hour"),
]


@pytest.mark.parametrize(("text", "figure", "per"), BASES)
def test_reads_the_basis(text: str, figure: str, per: str) -> None:
    quantity = only(text)
    assert (quantity.text, quantity.per) == (figure, per)


def test_a_change_is_two_figures_not_a_range() -> None:
    assert [q.low for q in find_quantities("売上は10億円から12億円に増えた")] == [10**9, 12 * 10**8]
    assert [q.low for q in find_quantities("sales rose from 5 million to 7 million")] == [5 * 10**6, 7 * 10**6]


def test_a_score_is_two_figures() -> None:
    assert [q.low for q in find_quantities("they won 2-3")] == [2, 3]


def test_parentheses_are_negative_in_a_table_cell() -> None:
    assert [q.low for q in find_quantities("Loss | (1,234) | $ (56)\n")] == [-1234, -56]


def test_offsets_survive_resizing_characters() -> None:
    text = "㍻の㌔ｷﾞｶﾞは5㌔、3ｷﾞｶﾞﾊﾞｲﾄ"
    assert [(q.text, q.dimension) for q in find_quantities(text)] == [("5㌔", "length"), ("3ｷﾞｶﾞﾊﾞｲﾄ", "data")]


R = Relation
COMPARISONS = [
    ("80億ドル", "$8 billion", R.SAME),
    ("4.9TB/s", "4,900GB/s", R.SAME),
    ("4.9TB/s", "毎秒4.9テラバイト", R.SAME),
    ("400 Gbps", "50GB/s", R.SAME),
    ("2.52 petaFLOPS", "2,520 TFLOPS", R.SAME),
    ("362ペタフロップス", "362 PFLOPS", R.SAME),
    ("半分", "50%", R.SAME),
    ("5割", "50%", R.SAME),
    ("2倍", "doubled", R.SAME),
    ("3ナノメートル", "3nm", R.SAME),
    ("1年", "12か月", R.SAME),
    ("350人", "350 students", R.SAME),
    ("144 chips", "144個", R.SAME),
    ("約4倍", "4倍", R.SAME),
    ("第4世代", "4th generation", R.SAME),
    ("10億円", "1,000百万円", R.SAME),
    ("144GB", "144GiB", R.BINARY_DECIMAL),
    ("1TiB", "1,024GiB", R.SAME),
    ("362 PFLOPS", "362.4 PFLOPS", R.ROUNDED),
    ("約360 PFLOPS", "362 PFLOPS", R.ROUNDED),
    ("3分の1", "33%", R.ROUNDED),
    ("$8 billion", "$8.2 billion", R.ROUNDED),
    ("nearly double", "1.9倍", R.ROUNDED),
    ("360 PFLOPS", "362 PFLOPS", R.DIFFERENT),
    ("約10億円", "14億円", R.DIFFERENT),
    ("145GB", "144GB", R.DIFFERENT),
    ("1 million", "1.4 million", R.DIFFERENT),
    ("4.5倍", "最大4.4倍", R.DIFFERENT),
    ("10マイクロ秒未満", "8 µs", R.COMPATIBLE),
    ("8 µs", "10マイクロ秒未満", R.OPEN),
    ("10マイクロ秒以下", "10マイクロ秒未満", R.COMPATIBLE),
    ("10マイクロ秒以上", "10マイクロ秒未満", R.DIFFERENT),
    ("20歳以上", "20歳以下", R.DIFFERENT),
    ("20歳超", "20歳以上", R.OPEN),
    ("20歳以上", "20歳超", R.COMPATIBLE),
    ("more than 300 goals", "318 goals", R.COMPATIBLE),
    ("fewer than 300 goals", "318 goals", R.DIFFERENT),
    ("10 people", "10人以上", R.OPEN),
    ("最大4.4倍", "4.4倍", R.COMPATIBLE),
    ("4.4倍", "最大4.4倍", R.COMPATIBLE),
    ("85%", "80-90%", R.OPEN),
    ("8割から9割", "85%", R.COMPATIBLE),
    ("70%", "80-90%", R.DIFFERENT),
    ("50%", "50ポイント", R.INCOMPARABLE),
    ("80億ドル", "80億円", R.INCOMPARABLE),
    ("144GB", "4.9TB/s", R.INCOMPARABLE),
    ("96GB per chip", "96GB per server", R.INCOMPARABLE),
    ("350 students", "350 employees", R.INCOMPARABLE),
    ("350人", "350社", R.INCOMPARABLE),
]


@pytest.mark.parametrize(("claimed", "found", "relation"), COMPARISONS)
def test_compares(claimed: str, found: str, relation: Relation) -> None:
    assert compare(only(claimed), only(found)) is relation


GUARD = [
    ("各チップは144GBを備える", ["144GBのHBM3E"], ()),
    ("各チップは145GBを備える", ["144GBのHBM3E"], ("145GB",)),
    ("80億ドルを投じた", ["It invested $8 billion."], ()),
    ("about 360 PFLOPS", ["362 PFLOPS"], ()),
    ("360 PFLOPS", ["362 PFLOPS"], ("360 PFLOPS",)),
    ("over 350 PFLOPS", ["362 PFLOPS"], ("over 350 PFLOPS",)),
    ("10µs以上", ["10マイクロ秒未満"], ("10µs以上",)),
    ("10µs以下", ["10マイクロ秒未満"], ()),
    ("$1,452.4 million in 2019", ["(in millions) | 2019 | 2018\nFixed | $ 1,452.4 | $ 1,146.2"], ()),
    ("$1,452.4 billion in 2019", ["(in millions) | 2019 | 2018\nFixed | $ 1,452.4 | $ 1,146.2"], ("$1,452.4 billion",)),
    ("容量は144 GB", ["容量 (GB) | 144"], ()),
    ("2025年12月3日に発表した", ["2025年の催し。12月3日に発表した"], ()),
    ("2025年12月4日に発表した", ["2025年12月3日に発表した"], ("2025年12月4日",)),
    ("2025年に発表した", ["2025年12月3日に発表した"], ()),
    ("数値のない文", [], ()),
    ("144個で362 PFLOPS", ["144個を搭載"], ("362 PFLOPS",)),
    ("144GiB", ["144GB"], ("144GiB",)),
    ("50 people in 2024", ["50人"], ("2024",)),
]


@pytest.mark.parametrize(("sentence", "evidence", "missing"), GUARD)
def test_names_unsupported_figures(sentence: str, evidence: list[str], missing: tuple[str, ...]) -> None:
    assert unsupported_figures(sentence, evidence) == missing
