"""A compact table of units, counters and currencies in Japanese and English.

A units library would cost more at import than a whole answer takes, and knows no counters. Keys are
width folded (``quantity_fold``); Latin symbols are case sensitive (Mb is not MB), words are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_counters import ENGLISH_COUNTERS, JAPANESE_COUNTERS, JAPANESE_ORDINALS


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: value in base units = number * factor + offset."""

    dimension: str
    factor: Decimal = Decimal(1)
    offset: Decimal = Decimal(0)
    binary: bool = False


_D = Decimal
YEAR_SECONDS = _D(31556952)  # mean Gregorian year, so that 12 months are one year exactly

# ---------------------------------------------------------------- Latin symbols, case sensitive
_SI = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18, "Z": 21}
_SMALL = {"m": -3, "μ": -6, "u": -6, "n": -9, "p": -12}
SYMBOLS: dict[str, Unit] = {}
WORDS: dict[str, Unit] = {}
JAPANESE: dict[str, Unit] = {}


def _pow(exponent: int) -> Decimal:
    return _D(1).scaleb(exponent)


def _fill_symbols() -> None:
    for prefix, exponent in _SI.items():
        power = _pow(exponent)
        for base, dimension, factor in (
            ("B", "data", 1),
            ("W", "power", 1),
            ("Wh", "energy", 3600),
            ("J", "energy", 1),
            ("Hz", "frequency", 1),
            ("V", "voltage", 1),
            ("Pa", "pressure", 1),
            ("cal", "energy", _D("4.184")),
            ("eV", "energy", _D("1.602176634E-19")),
        ):
            SYMBOLS[prefix + base] = Unit(dimension, power * factor)
        for base in ("FLOPS", "FLOPs", "FLOP", "Flops", "flops"):
            SYMBOLS[prefix + base] = Unit("compute", power)
        SYMBOLS[prefix + "bps"] = Unit("data_rate", power / 8)
        SYMBOLS[prefix + "Bps"] = Unit("data_rate", power)
        for base in ("b", "bit", "bits"):
            SYMBOLS[prefix + base] = Unit("data", power / 8)
        if exponent >= 9:
            SYMBOLS[prefix + "OPS"] = SYMBOLS[prefix + "OPs"] = Unit("ops", power)
    for index, prefix in enumerate("KMGTPEZ", start=1):
        SYMBOLS[prefix + "iB"] = Unit("data", _D(1024) ** index, binary=True)
        SYMBOLS[prefix + "ib"] = Unit("data", _D(1024) ** index / 8, binary=True)
    for name in ("B", "bps", "b"):
        SYMBOLS["K" + name] = SYMBOLS["k" + name]
    for prefix, exponent in _SMALL.items():
        power = _pow(exponent)
        for base, dimension, scale in (("m", "length", "1"), ("s", "time", "1"), ("g", "mass", "0.001")):
            SYMBOLS[prefix + base] = Unit(dimension, power * _D(scale))
        for base, dimension in (("W", "power"), ("V", "voltage"), ("A", "current"), ("J", "energy")):
            SYMBOLS[prefix + base] = Unit(dimension, power)
    metre = {"m": "1", "km": "1000", "cm": "0.01", "Å": "1E-10"}
    SYMBOLS.update({name: Unit("length", _D(factor)) for name, factor in metre.items()})
    for name in ("m", "km", "cm", "mm"):
        factor = SYMBOLS[name].factor
        for square in (name + "2", name + "²"):
            SYMBOLS[square] = Unit("area", factor**2)
        for cube in (name + "3", name + "³"):
            SYMBOLS[cube] = Unit("volume", factor**3)
    exact: tuple[tuple[str, str, str], ...] = (
        ("ha", "area", "10000"),
        ("g", "mass", "0.001"),
        ("kg", "mass", "1"),
        ("t", "mass", "1000"),
        ("lb", "mass", "0.45359237"),
        ("lbs", "mass", "0.45359237"),
        ("oz", "mass", "0.028349523125"),
        ("s", "time", "1"),
        ("sec", "time", "1"),
        ("secs", "time", "1"),
        ("min", "time", "60"),
        ("mins", "time", "60"),
        ("h", "time", "3600"),
        ("hr", "time", "3600"),
        ("hrs", "time", "3600"),
        ("yr", "time", str(YEAR_SECONDS)),
        ("yrs", "time", str(YEAR_SECONDS)),
        ("L", "volume", "0.001"),
        ("l", "volume", "0.001"),
        ("dL", "volume", "0.0001"),
        ("mL", "volume", "0.000001"),
        ("ml", "volume", "0.000001"),
        ("cc", "volume", "0.000001"),
        ("kL", "volume", "1"),
        ("kl", "volume", "1"),
        ("ft", "length", "0.3048"),
        ("in", "length", "0.0254"),
        ("mi", "length", "1609.344"),
        ("yd", "length", "0.9144"),
        ("mph", "speed", "0.44704"),
        ("hPa", "pressure", "100"),
        ("mAh", "charge", "3.6"),
        ("Ah", "charge", "3600"),
        ("dB", "level", "1"),
        ("hp", "power", "745.69987158227022"),
        ("dpi", "density:dpi", "1"),
        ("ppi", "density:dpi", "1"),
        ("ppm", "percent", "0.0001"),
        ("fps", "frequency", "1"),
        ("rpm", "count:revolution", "1"),
        ("Ω", "resistance", "1"),
        ("pp", "point", "1"),
        ("pps", "point", "1"),
        ("ppt", "point", "1"),
        ("pt", "point", "1"),
        ("pts", "point", "1"),
        ("bp", "point", "0.01"),
        ("%", "percent", "1"),
        ("‰", "percent", "0.1"),
        ("MP", "count:pixel", "1000000"),
        ("°", "degree", "1"),
    )
    SYMBOLS.update({name: Unit(dimension, _D(factor)) for name, dimension, factor in exact})
    SYMBOLS["kph"] = SYMBOLS["kmh"] = SYMBOLS["kmph"] = Unit("speed", _D(1000) / 3600)
    SYMBOLS["kt"] = SYMBOLS["kn"] = Unit("speed", _D(1852) / 3600)
    celsius, fahrenheit = Unit("temperature"), Unit("temperature", _D(5) / 9, _D(-160) / 9)
    SYMBOLS.update({"℃": celsius, "°C": celsius, "℉": fahrenheit, "°F": fahrenheit})
    for word in ("degrees celsius", "degree celsius", "degrees centigrade", "celsius"):
        WORDS[word] = celsius
    for word in ("degrees fahrenheit", "degree fahrenheit", "fahrenheit"):
        WORDS[word] = fahrenheit
    WORDS["degrees"] = WORDS["degree"] = Unit("degree")
    # One bare letter is read only where it stands for nothing else; see quantity_atoms.
    for name in ("b", "K", "Z", "T", "G", "P", "E", "M", "k", "J"):
        SYMBOLS.pop(name, None)


# ---------------------------------------------------------------- English words
_EN_PREFIXES = {
    "": 0,
    "kilo": 3,
    "mega": 6,
    "giga": 9,
    "tera": 12,
    "peta": 15,
    "exa": 18,
    "zetta": 21,
    "milli": -3,
    "micro": -6,
    "nano": -9,
    "pico": -12,
    "centi": -2,
    "hecto": 2,
}
_JA_PREFIXES = {
    "": 0,
    "キロ": 3,
    "メガ": 6,
    "ギガ": 9,
    "テラ": 12,
    "ペタ": 15,
    "エクサ": 18,
    "ゼタ": 21,
    "ミリ": -3,
    "マイクロ": -6,
    "ナノ": -9,
    "ピコ": -12,
    "センチ": -2,
    "ヘクト": 2,
    "デシ": -1,
}
_FAMILIES: tuple[tuple[str, str, str, str], ...] = (  # English, Japanese, dimension, factor
    ("byte bytes", "バイト", "data", "1"),
    ("bit bits", "ビット", "data", "0.125"),
    ("flops flop", "フロップス FLOPS FLOP", "compute", "1"),
    ("ops", "OPS", "ops", "1"),
    ("watt watts", "ワット", "power", "1"),
    ("watt-hour watt-hours watthours", "ワット時 ワットアワー", "energy", "3600"),
    ("joule joules", "ジュール", "energy", "1"),
    ("calorie calories", "カロリー", "energy", "4.184"),
    ("hertz", "ヘルツ", "frequency", "1"),
    ("volt volts", "ボルト", "voltage", "1"),
    ("amp amps ampere amperes", "アンペア", "current", "1"),
    ("pascal pascals", "パスカル", "pressure", "1"),
    ("meter meters metre metres", "メートル メーター", "length", "1"),
    ("gram grams gramme grammes", "グラム", "mass", "0.001"),
    ("ton tons tonne tonnes", "トン", "mass", "1000"),
    ("second seconds", "秒", "time", "1"),
    ("liter liters litre litres", "リットル", "volume", "0.001"),
    ("pixel pixels", "ピクセル", "count:pixel", "1"),
)
_EN_WORDS: tuple[tuple[str, str, str], ...] = (
    ("minute|minutes", "time", "60"),
    ("hour|hours", "time", "3600"),
    ("day|days", "time", "86400"),
    ("week|weeks", "time", "604800"),
    ("fortnight", "time", "1209600"),
    ("month|months", "time", "2629746"),
    ("year|years", "time", str(YEAR_SECONDS)),
    ("decade|decades", "time", str(YEAR_SECONDS * 10)),
    ("century|centuries", "time", str(YEAR_SECONDS * 100)),
    ("inch|inches", "length", "0.0254"),
    ("foot|feet", "length", "0.3048"),
    ("yard|yards", "length", "0.9144"),
    ("mile|miles", "length", "1609.344"),
    ("km", "length", "1000"),
    ("micron|microns", "length", "0.000001"),
    ("hectare|hectares", "area", "10000"),
    ("acre|acres", "area", "4046.8564224"),
    ("gallon|gallons", "volume", "0.003785411784"),
    ("barrel|barrels", "volume", "0.158987294928"),
    ("pound|pounds", "mass", "0.45359237"),
    ("ounce|ounces", "mass", "0.028349523125"),
    ("kilo|kilos", "mass", "1"),
    ("kg", "mass", "1"),
    ("horsepower", "power", "745.69987158227022"),
    ("percent|pct", "percent", "1"),
    ("per cent", "percent", "1"),
    ("percentage point|percentage points|percent points|point|points", "point", "1"),
    ("basis point|basis points", "point", "0.01"),
    ("fold", "multiple", "1"),
    ("decibel|decibels", "level", "1"),
    ("year-old|year-olds|years old|year old|years of age|years-old", "age", "1"),
    ("gb", "data", "1E9"),
    ("mb", "data", "1E6"),
    ("tb", "data", "1E12"),
    ("kb", "data", "1E3"),
    ("gbps", "data_rate", "125000000"),
    ("mbps", "data_rate", "125000"),
    ("kbps", "data_rate", "125"),
    ("tbps", "data_rate", "125E9"),
    ("khz", "frequency", "1E3"),
    ("mhz", "frequency", "1E6"),
    ("ghz", "frequency", "1E9"),
    ("kw", "power", "1E3"),
    ("gw", "power", "1E9"),
    ("kwh", "energy", "3600000"),
)


def _fill_words() -> None:
    for english, japanese, dimension, factor in _FAMILIES:
        for prefix, exponent in _EN_PREFIXES.items():
            for name in english.split():
                WORDS[prefix + name] = Unit(dimension, _D(factor) * _pow(exponent))
        for prefix, exponent in _JA_PREFIXES.items():
            for name in japanese.split():
                if name.isascii() and not prefix:
                    continue  # already a symbol
                JAPANESE[prefix + name] = Unit(dimension, _D(factor) * _pow(exponent))
    for symbol, unit in SYMBOLS.items():
        if unit.dimension in {"compute", "ops"}:
            WORDS.setdefault(symbol.lower(), unit)
    for names, dimension, factor in _EN_WORDS:
        for name in names.split("|"):
            WORDS[name] = Unit(dimension, _D(factor))
    for name in ("meter", "meters", "metre", "metres", "kilometer", "kilometers", "kilometre", "kilometres"):
        WORDS["square " + name] = WORDS["sq " + name] = Unit("area", WORDS[name].factor ** 2)
        WORDS["cubic " + name] = Unit("volume", WORDS[name].factor ** 3)
    for name in ("foot", "feet", "ft", "mile", "miles", "mi", "km", "inch", "inches", "yards", "m", "centimeters"):
        metres = (WORDS.get(name) or SYMBOLS[name]).factor
        for square in ("square ", "sq ", "sq. "):
            WORDS[square + name] = Unit("area", metres**2)
        WORDS["cubic " + name] = Unit("volume", metres**3)
    for word, lemma in ENGLISH_COUNTERS.items():
        WORDS.setdefault(word, Unit("count:" + lemma))


_JA_WORDS: tuple[tuple[str, str, str], ...] = (
    ("分 分間", "time", "60"),
    ("秒間", "time", "1"),
    ("時間", "time", "3600"),
    ("日 日間", "time", "86400"),
    ("週 週間", "time", "604800"),
    ("か月 ヶ月 カ月 ヵ月 箇月 ケ月 か月間 ヶ月間 カ月間 ヵ月間 箇月間 月間", "time", "2629746"),
    ("年 年間 周年", "time", str(YEAR_SECONDS)),
    ("世紀 世紀間", "time", str(YEAR_SECONDS * 100)),
    ("キロ", "length", "1000"),
    ("センチ", "length", "0.01"),
    ("ミリ", "length", "0.001"),
    ("ミクロン", "length", "0.000001"),
    ("インチ", "length", "0.0254"),
    ("フィート フイート", "length", "0.3048"),
    ("ヤード", "length", "0.9144"),
    ("マイル", "length", "1609.344"),
    ("海里", "length", "1852"),
    ("光年", "length", "9460730472580800"),
    ("天文単位", "length", "149597870700"),
    ("オングストローム", "length", "1E-10"),
    ("ヘクタール", "area", "10000"),
    ("アール", "area", "100"),
    ("エーカー", "area", "4046.8564224"),
    ("町歩", "area", "9917.36"),
    ("バレル", "volume", "0.158987294928"),
    ("ガロン", "volume", "0.003785411784"),
    ("オンス", "mass", "0.028349523125"),
    ("馬力", "power", "735.49875"),
    ("気圧", "pressure", "101325"),
    ("デシベル", "level", "1"),
    ("ギガ", "data", "1E9"),
    ("割", "percent", "10"),
    ("パーセント", "percent", "1"),
    ("ポイント パーセントポイント %ポイント pt", "point", "1"),
    ("%pt", "point", "1"),
    ("倍", "multiple", "1"),
    ("度", "degree", "1"),
    ("歳 才", "age", "1"),
    ("万画素", "count:pixel", "10000"),
    ("画素", "count:pixel", "1"),
)
_JA_CURRENCIES = {
    "円": "JPY",
    "銭": "JPY",
    "ペンス": "GBP",
    "ドル": "USD",
    "米ドル": "USD",
    "アメリカドル": "USD",
    "USドル": "USD",
    "セント": "USD",
    "香港ドル": "HKD",
    "豪ドル": "AUD",
    "オーストラリアドル": "AUD",
    "カナダドル": "CAD",
    "加ドル": "CAD",
    "台湾ドル": "TWD",
    "シンガポールドル": "SGD",
    "ユーロ": "EUR",
    "ポンド": "GBP",
    "英ポンド": "GBP",
    "元": "CNY",
    "人民元": "CNY",
    "中国元": "CNY",
    "ウォン": "KRW",
    "韓国ウォン": "KRW",
    "ルピー": "INR",
    "インドルピー": "INR",
    "ルーブル": "RUB",
    "フラン": "CHF",
    "スイスフラン": "CHF",
    "マルク": "DEM",
    "バーツ": "THB",
    "ペソ": "MXN",
    "レアル": "BRL",
    "リラ": "TRY",
    "ドン": "VND",
}
_EN_CURRENCIES = {
    "dollar dollars bucks": "USD",
    "us dollars": "USD",
    "u.s. dollars": "USD",
    "american dollars": "USD",
    "australian dollars": "AUD",
    "canadian dollars": "CAD",
    "euro euros": "EUR",
    "yen": "JPY",
    "japanese yen": "JPY",
    "yuan renminbi": "CNY",
    "pounds sterling": "GBP",
    "british pounds": "GBP",
    "rupee rupees": "INR",
    "korean won": "KRW",
    "francs": "CHF",
    "rubles": "RUB",
}
CODES = ("USD", "JPY", "EUR", "GBP", "CNY", "RMB", "KRW", "INR", "AUD", "CAD", "HKD", "TWD", "CHF", "SGD", "BRL", "RUB")
SIGNS = {
    "$": "USD",
    "US$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "R$": "BRL",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₩": "KRW",
    "₹": "INR",
    "Rs": "INR",
    "Rs.": "INR",
    "₽": "RUB",
    **{code: "CNY" if code == "RMB" else code for code in CODES},
}


def _fill_japanese() -> None:
    for names, dimension, factor in _JA_WORDS:
        for name in names.split():
            JAPANESE[name] = Unit(dimension, _D(factor))
    for name in ("メートル", "キロメートル", "キロ", "センチメートル", "センチ", "ミリメートル", "フィート", "マイル"):
        JAPANESE["平方" + name] = Unit("area", JAPANESE[name].factor ** 2)
        JAPANESE["立方" + name] = Unit("volume", JAPANESE[name].factor ** 3)
    JAPANESE["坪"] = Unit("area", _D(400) / 121)
    JAPANESE["ノット"] = Unit("speed", _D(1852) / 3600)
    for name, code in _JA_CURRENCIES.items():
        JAPANESE[name] = Unit("currency:" + code, _D("0.01") if name in {"銭", "セント", "ペンス"} else _D(1))
    for names, code in _EN_CURRENCIES.items():
        for name in [names] if names.split()[0] in _CURRENCY_ADJECTIVES else names.split():
            WORDS[name] = Unit("currency:" + code)
    WORDS["cent"] = WORDS["cents"] = Unit("currency:USD", _D("0.01"))
    for code in CODES:
        SYMBOLS[code] = Unit("currency:" + SIGNS[code])
    for sign in "$€£¥₩₹":
        SYMBOLS[sign] = Unit("currency:" + SIGNS[sign])
    for name, lemma in JAPANESE_COUNTERS.items():
        JAPANESE.setdefault(name, Unit("count:" + lemma))
    for name, lemma in JAPANESE_ORDINALS.items():
        JAPANESE[name] = Unit("ordinal:" + lemma)


_CURRENCY_ADJECTIVES = frozenset(
    {"us", "u.s.", "american", "australian", "canadian", "japanese", "pounds", "british", "korean"}
)

_fill_symbols()
_fill_words()
_fill_japanese()

_LENGTHS: dict[str, tuple[int, ...]] = {}
for _name in JAPANESE:
    _LENGTHS[_name[0]] = tuple(sorted({*_LENGTHS.get(_name[0], ()), len(_name)}, reverse=True))

_LATIN = lazy_pattern(r"[A-Za-zμΩÅ°℃℉%‰][A-Za-zμΩ]*[23²³]?|[$€£¥₩₹]")
_PHRASE = lazy_pattern(
    r"(?:(?:square|sq\.?|cubic)[ -]|(?:percentage|percent|basis)[ -](?=point)|per[ ](?=cent)|"
    r"(?:u\.?s\.?|american|australian|canadian|japanese|british|korean)[ ]|degrees?[ ](?=[cf])|"
    r"pounds[ ](?=sterling)|years?[ -](?=old|of))(?:of[ ])?[a-z]+|watt-hours?",
    re.IGNORECASE,
)
_PHRASE_FIRST = frozenset("scpbuajkdywSCPBUAJKDYW")


def match_unit(text: str, position: int) -> tuple[Unit, int] | None:
    """Read the unit or counter that starts at ``position`` of folded text.

    Returns:
        The unit and the offset behind it, or None. Longest match wins.
    """
    if position >= len(text):
        return None
    char = text[position]
    best: tuple[Unit, int] | None = None
    for length in _LENGTHS.get(char, ()):
        name = text[position : position + length]
        unit = JAPANESE.get(name)
        if unit is not None:
            best = (unit, position + len(name))  # at the end of the text the slice is shorter
            break
    match = _LATIN.match(text, position)
    if match is None:
        return best
    if char in _PHRASE_FIRST:
        phrase = _PHRASE.match(text, position)
        if phrase is not None:
            unit = WORDS.get(phrase.group().lower().replace("-", " ")) or WORDS.get(phrase.group().lower())
            if unit is not None:
                return unit, phrase.end()
    end = match.end()
    token = match.group()
    if end < len(text) and text[end].isascii() and text[end].isalnum() and token[-1] not in "%‰$€£¥₩₹":
        return best
    unit = SYMBOLS.get(token)
    if unit is None and len(token) > 1:
        unit = WORDS.get(token.lower())
        if unit is None and token[-1] in "23²³":
            unit, end = SYMBOLS.get(token[:-1]), end - 1 if token[-1] in "²³" else end
    if unit is None or (best is not None and best[1] > end):
        return best
    return unit, end
