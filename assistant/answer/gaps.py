"""What a question names and a passage does not: compounds, figures, names, and English words in any form."""

from __future__ import annotations

from assistant.answer.candidates import Candidate
from assistant.answer.overlap import squeezed
from assistant.text.normalise import normalise
from assistant.text.patterns import lazy_pattern
from assistant.text.stopwords import ENGLISH_STOP_WORDS

_RUNS = lazy_pattern(r"[\u4e00-\u9fff々〆ヶ]{2,}|[ァ-ヺー・]{2,}|[a-z][a-z0-9.+-]+|[0-9][0-9.,]*")
_FIGURES = lazy_pattern(r"[0-9][0-9.,]*")
_NAMES = lazy_pattern(r"[ァ-ヺー・]{3,}|[a-z][a-z0-9.+-]{2,}")
_WORDS_EN = lazy_pattern(r"[a-z][a-z'-]{2,}|[0-9][0-9.,]*")
_CAPITALS = lazy_pattern(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’-]+")
_ASKING = lazy_pattern(r"何[年月日時人名社県国市党回本個位度種件つ]?|誰|どこ|どの|いつ|名前|理由|場所|年月日")
_STEM = 5
_BESIDE = 80  # characters around the sentence that count as near
_ENDINGS = ("ies", "ing", "ed", "es", "s", "ly", "er", "or", "ion", "e", "y")
_IRREGULAR = {
    word: group[0]
    for group in (
        line.split()
        for line in (
            "be is are was were been being;begin began begun;break broke broken;bring brought;build built;buy bought;"
            "catch caught;choose chose chosen;come came;cost costs;cut cuts;die died death dead;do did done does;"
            "draw drew drawn;drive drove driven;eat ate eaten;fall fell fallen;feel felt;fight fought;find found;"
            "fly flew flown;get got gotten;give gave given;go went gone;grow grew grown;have has had;hold held;keep kept;"
            "know knew known;lead led;leave left;lose lost loss;make made makes;man men;mean meant;meet met;pay paid;"
            "person people;play played player;put puts;ride rode ridden;rise rose risen;run ran;say said;see saw seen;"
            "sell sold sale;send sent;set sets;show showed shown;shoot shot;sing sang sung song;speak spoke spoken;"
            "spend spent;stand stood;steal stole stolen;swim swam;take took taken;teach taught;tell told;think thought;"
            "throw threw thrown;understand understood;wear wore worn;win won winner;woman women;write wrote written writer;"
            "child children;foot feet;wife wives;life lives;first 1st;second 2nd;third 3rd;begin start started;"
            "movie film;kid child;located location"
        ).split(";")
    )
    for word in group
}


def gaps(question: str, best: Candidate) -> dict[str, float]:
    """Shares, 0 to 1, of what the question names and the passage of ``best``, with its title and headings, lacks.

    Names are those of the weights file.
    """
    passage = best.passage
    text = squeezed(f"{passage.title}\n{' '.join(passage.heading_path)}\n{passage.context}\n{passage.text}")
    start = best.start - passage.start
    window = squeezed(f"{passage.title}\n{passage.text[max(0, start - _BESIDE) : start + len(best.text) + _BESIDE]}")
    folded = _ASKING.sub(" ", normalise(question))
    found = _of_runs(_RUNS.findall(folded), text, window)
    found |= _of_words(question, f"{passage.title} {passage.text}") if passage.lang == "en" else {}
    figures = frozenset(_FIGURES.findall(folded))
    if figures:
        found["figures_missing"] = len(figures - set(_FIGURES.findall(text))) / len(figures)
        found["figures_apart"] = len(figures - set(_FIGURES.findall(window))) / len(figures)
    names = _NAMES.findall(folded)
    if names:
        found["names_missing"] = sum(name not in text for name in names) / len(names)
        found["names_apart"] = sum(name not in window for name in names) / len(names)
    return found


def _of_runs(runs: list[str], text: str, window: str) -> dict[str, float]:
    """Compounds of kanji, katakana, letters or digits, in so far as their characters stand together."""
    total = sum(map(len, runs)) or 1
    away = [len(run) - _longest_part(run, text) for run in runs]
    apart = [len(run) - _longest_part(run, window) for run in runs]
    return {
        "runs_missing": sum(away) / total,
        "worst_run": max((lost / len(run) for lost, run in zip(away, runs, strict=True)), default=0.0),
        "runs_apart": sum(apart) / total,
        "worst_apart": max((lost / len(run) for lost, run in zip(apart, runs, strict=True)), default=0.0),
    }


def _longest_part(run: str, text: str) -> int:
    if run in text:
        return len(run)
    best = 0
    for start in range(len(run)):
        while start + best < len(run) and run[start : start + best + 1] in text:
            best += 1
    return best if best > 1 else 0


def _of_words(question: str, text: str) -> dict[str, float]:
    """English content words, counted as there when the text has them in any form; names by themselves."""
    asked = [word for word in _WORDS_EN.findall(normalise(question)) if word not in ENGLISH_STOP_WORDS]
    told = {_form(word) for word in _WORDS_EN.findall(normalise(text))}
    missing = [word for word in asked if _form(word) not in told]
    names = _CAPITALS.findall(question)
    return {
        "words_missing": len(missing) / len(asked) if asked else 0.0,
        "letters_missing": sum(map(len, missing)) / (sum(map(len, asked)) or 1),
        "capitals_missing": sum(_form(normalise(name)) not in told for name in names) / len(names) if names else 0.0,
    }


def _form(word: str) -> str:
    """A form that inflections and most derivations of a word share."""
    plain = word.removesuffix("'s").strip("'-")
    plain = _IRREGULAR.get(plain, plain)
    for ending in _ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 3:
            plain = plain[: -len(ending)]
            break
    return plain[:_STEM] if len(plain) > _STEM else plain
