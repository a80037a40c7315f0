"""Reads sentences: ranks them, finds the short answer in each, decides how many to show."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer.answerable import answerable_features, answerable_probability
from assistant.answer.asked import what_is_asked
from assistant.answer.candidates import Candidate
from assistant.answer.defines import defines, term_of
from assistant.answer.members import announced, count_told, with_members
from assistant.answer.question import Question, QuestionKind
from assistant.answer.short import WITHOUT_SPAN, Short, rank_shorts, short_answer
from assistant.answer.topics import Topic
from assistant.answer.typed import is_undated
from assistant.answer.weights import reader_weights
from assistant.retrieve.query import Query
from assistant.text.dates import find_dates
from assistant.text.patterns import lazy_pattern
from assistant.text.quantities import find_quantities
from assistant.text.tokens import words
from assistant.types import SpecRow

READ = 6
"""Sentences whose spans are looked at. Eight find 0.2 points more on JSQuAD and take a third longer."""
SUPPORT_FLOOR = 0.52
"""Share of the question's weight that sentence and context must carry where no fitted model applies: a
spec row, or a text in another language than the question. Measured by evals/bench."""
TYPED_FLOOR = 0.5
TOLD_FLOOR = 0.2
"""Of a question in the other language, at least this share must be names, figures or glossary terms:
the rest cannot be found again, so a match on the name alone would answer anything."""
ASKED_FLOOR = 0.15
"""「Trainium3の価格は」 is not answered by any sentence on Trainium3 that holds a figure."""
_NO_SPAN = -9.0
_BEHIND = 5.0
"""Logits behind the best sentence from which no span makes up for it, so none is looked for."""
_ALL = 0.999
_WORDS = 2
_HEAD = 0.5  # share of the head's words
_COUNTED = {
    "chip": ("チップ", "gpu", "tpu"),
    "server": ("サーバー",),
    "rack": ("ラック",),
    "core": ("コア",),
    "custom": ("顧客",),
    "compani": ("企業",),
    "model": ("モデル",),
    "transistor": ("トランジスタ",),
}
"""What is often counted: stems beside their Japanese word, or what is one of them."""
_PRICES = frozenset(words("price cost fee charge rate 価格 料金 値段 費用 単価 いくら"))
_HEAD_OF_ROW = 0.75  # of a row's name: die-to-die is not die size
_HEAD_SHARE = 0.45  # of the weight of the head's concepts: "cooling method" is told by "cooling"
_BESIDE = 120  # characters between the starts of two sentences that are read together
_AS_MUCH = 0.85
"""Share of the best sentence's coverage that a further English sentence must reach."""
_SURE = 0.97
"""Sentences are shown until one of them is right with this probability, or the setting's number is reached."""
_CAUSE_CHARS = 240
"""How far from the sentence that restates a question its cause is looked for."""
_QUOTATION_CHARS = 300
"""Two sentences are quoted as one up to this length."""
_TYPED = frozenset({QuestionKind.FIGURE, QuestionKind.DATE})
_UNTYPED_LEAD = 4.0  # logits
_ATTRIBUTE_SHARE = 0.12
"""Share of the weight of what a question asks of an entity that a row must have: any word of it, mostly."""
_NAMED = frozenset({QuestionKind.PERSON, QuestionKind.PLACE, QuestionKind.ORGANISATION})
_LEANING = frozenset({QuestionKind.REASON, QuestionKind.HOW})
_ROLE = lazy_pattern(r"(?:長|者|代表|ceo|cto|cfo|監督|主任|部員|大臣|社員|役員)$")
_OFFICES_EN = r"(?:chief executive(?: officer)?|ceo|cto|cfo|president|chairman|chairwoman|chair|head|director|minister|mayor|captain|coach)"
_OFFICE_EN = lazy_pattern(
    rf"\b(?:{_OFFICES_EN} (?:of|at) (?P<of>[^?]+)|(?P<whose>[\w.& -]+?)(?:'s|’s) {_OFFICES_EN}\b)", re.IGNORECASE
)
_OFFICE_JA = lazy_pattern(
    r"(?P<of>[^、。は]{1,30}?)の(?:最高経営責任者|ceo|cto|cfo|社長|会長|代表|所長|理事長|監督|大臣|市長|知事)",
    re.IGNORECASE,
)
_NAME_IN_QUESTION = lazy_pattern(r"(?<![A-Za-z0-9])[A-Z][A-Za-z0-9-]{2,}")
_MODEL = lazy_pattern(r"(?!(?:fp|bf|int|tf|hbm|mxfp|nvfp|pcie|ddr)\d)[a-z]{1,12}\d[a-z0-9.-]*")
_FIGURE = lazy_pattern(r"[0-9０-９一二三四五六七八九十百千万億兆半数]")
_POINTS_BACK = lazy_pattern(
    r"(?:このため|そのため|これにより|それにより|したがって|よって|これは|それは|この(?:値|数字|違い|結果)|(?:This|That|It) (?:is|was|means)\b|Therefore\b|As a result\b)"
)
_CAUSE = lazy_pattern(
    r"ため|から(?:だ|である|です|。|、)|ので|理由|原因|背景|によ(?:る|って|り)|違い(?:は|が)|\bbecause\b|\bdue to\b|\bsince\b|\bso that\b|\breason\b|\bwhich then\b"
)
_SEVERAL = frozenset({QuestionKind.REASON, QuestionKind.HOW, QuestionKind.LIST})


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences best first, with the short answer of each of the first ones and its share of belief."""

    ranked: tuple[Candidate, ...]
    shorts: tuple[Short | None, ...]
    shares: tuple[float, ...]  # probability that each of the first sentences is the right one, given that one is

    def short_text(self, index: int) -> str | None:
        short = self.shorts[index] if index < len(self.shorts) else None
        if short is not None and short.topic is not None:
            return short.topic.text
        return self.ranked[index].text[short.start : short.end] if short is not None else None


def read_prose(question: Question, query: Query, ranked: Sequence[Candidate]) -> Reading:
    """Rank the first of ``ranked`` again by what their best spans are worth."""
    read = READ
    if question.kind in _NAMED:
        # A row of figures names nobody.
        ranked = [item for item in ranked if item.features.typed > 0] or ranked
    if question.kind is QuestionKind.REASON:
        # A row's note may hold a because; an article explains.
        ranked = [item for item in ranked if item.passage.spec is None] or ranked
    if question.kind is QuestionKind.DEFINITION and not what_is_asked(question).phrase:
        # Nor does it say what something is. "What is the cooling method of" asks for no definition.
        ranked = [item for item in ranked if item.features.typed > 0 or item.passage.spec is None] or ranked
    if question.kind is QuestionKind.DEFINITION:
        term = term_of(question.text)
        telling = [item for item in ranked if defines(term, item.text)]
        ranked = [item for item in telling if item.passage.lang == question.lang] or telling or ranked
    if question.kind is QuestionKind.LIST and (wanted := count_told(question.text)[0]):
        telling = announced(ranked, wanted)
        if telling and telling[0].score >= ranked[0].score - _BEHIND:
            told = {(item.passage.passage_id, item.start) for item in telling}
            ranked = [*telling, *(item for item in ranked if (item.passage.passage_id, item.start) not in told)]
            read = min(READ, len(telling))
    if question.kind in _TYPED and ranked:
        # A sentence without any figure or date is refused in the end: what has one is better than nothing.
        fitting = [item for item in ranked if item.features.typed >= TYPED_FLOOR]
        if fitting and fitting[0].score >= ranked[0].score - _UNTYPED_LEAD:
            ranked = fitting
    first, rest = list(ranked[:read]), tuple(ranked[read:])
    joint = reader_weights().joint
    shorts: list[Short | None] = [None] * len(first)
    if question.lang == "ja" and question.kind is not QuestionKind.METADATA:
        near = [item for item in first if item.score >= first[0].score - _BEHIND]
        shorts = [*rank_shorts(question, query, near), *shorts[len(near) :]]
    most = max((short.score for short in shorts if short is not None), default=0.0)
    logits = [
        joint["sentence"] * item.score
        + (joint["span"] * _span_score(question, item, short, most) if any(shorts) else 0.0)
        for item, short in zip(first, shorts, strict=True)
    ]
    order = sorted(range(len(first)), key=lambda index: (-logits[index], index))
    highest = max(logits, default=0.0)
    powers = [math.exp(logits[index] - highest) for index in order]
    return Reading(
        ranked=(*(first[index] for index in order), *rest),
        shorts=tuple(shorts[index] for index in order),
        shares=tuple(power / sum(powers) for power in powers),
    )


def _span_score(question: Question, item: Candidate, short: Short | None, most: float) -> float:
    """What the best short answer of a sentence is worth; that there is no date is as good as the best date."""
    if question.kind is QuestionKind.DATE and is_undated(item.text):
        return most
    return short.score if short is not None else _NO_SPAN


def why_not(question: Question, query: Query, reading: Reading, threshold: float) -> str | None:
    """Why even the best sentence is no answer: subject or fact; None when it is one."""
    best = reading.ranked[0]
    features = best.features
    if question.kind is QuestionKind.METADATA:
        return None
    reason = "subject" if features.passage < 0.35 else "fact"
    if features.names_near < 1.0:
        return "fact"
    if question.kind in _TYPED and features.typed < TYPED_FLOOR:
        return reason
    if best.passage.spec is not None and not _row_told(question, query, best.passage.spec):
        return "fact"
    if question.kind is QuestionKind.FIGURE and _of_another(query, best):
        return "fact"
    if question.kind is QuestionKind.PERSON and not _office_told(question, query, best):
        return "fact"
    if not _head_told(question, query, reading):
        return reason
    if best.passage.spec is None and best.passage.lang == question.lang:
        found = answerable_features(question, query, reading.ranked, reading.shorts)
        if question.lang != "ja" and min(features.support, features.passage) < SUPPORT_FLOOR:
            return reason
        if (_says_all(query, best) or _lists_all(question, reading)) and threshold < 1:
            return None
        return None if answerable_probability(found, lang=question.lang) >= threshold else reason
    if features.support < SUPPORT_FLOOR or features.passage < SUPPORT_FLOOR:
        return reason
    return "fact" if features.told < TOLD_FLOOR or features.asked < ASKED_FLOOR else None


def _says_all(query: Query, best: Candidate) -> bool:
    """Whether one sentence has every word of a question of several: short questions have little else to go by."""
    return len(query.concepts) >= _WORDS and best.features.coverage >= _ALL


def _lists_all(question: Question, reading: Reading) -> bool:
    """Whether the best sentence announces as many members as are asked for, and they stand beside it."""
    best = reading.ranked[0]
    wanted = count_told(question.text)[0] if question.kind is QuestionKind.LIST else 0
    return (
        wanted > 0
        and count_told(best.text)[0] == wanted
        and min(best.features.support, best.features.passage) >= SUPPORT_FLOOR
        and bool(with_members(best, reading.ranked))
    )


def _head_told(question: Question, query: Query, reading: Reading) -> bool:
    """Whether the noun that says what is asked for stands in or beside the best sentence.

    In a Japanese text a Japanese question's head is one feature among others; elsewhere words are few and
    a name alone must not answer: "How many transistors" is not answered by a sentence on cores.
    """
    best = reading.ranked[0]
    target = what_is_asked(question)
    if (
        question.lang == "ja"
        and best.passage.lang == "ja"
        and best.passage.spec is None
        and not _asks_for_role(question)
    ):
        return True
    heads = frozenset(target.phrase or (target.head or target.subject,)) - {""}
    concepts = [concept for concept in query.concepts if heads & set(concept.spellings[0])]
    if not concepts:
        return True
    spec = best.passage.spec
    if spec is not None:
        around = f"{spec.attribute}\n{spec.attribute_alt}\n{spec.conditions}\n{spec.value} {spec.unit}\n{spec.entity}"
    else:
        beside = [
            item.text
            for item in reading.ranked
            if item.passage.passage_id == best.passage.passage_id and abs(item.start - best.start) < _BESIDE
        ]
        around = "\n".join((best.text, *beside, *best.passage.heading_path))
    told = frozenset(words(around))
    lowered = around.lower()
    told |= {word for word, others in _COUNTED.items() if any(other in lowered for other in others)}
    if heads & _PRICES and any(item.dimension.startswith("currency") for item in find_quantities(best.text)):
        told |= _PRICES  # a table of prices gives sums and seldom says so in each row
    least = _HEAD_OF_ROW if spec is not None else _HEAD
    found = sum(concept.weight for concept in concepts if concept.in_words(told) >= least)
    return found >= _HEAD_SHARE * sum(concept.weight for concept in concepts)


def _row_told(question: Question, query: Query, spec: SpecRow) -> bool:
    """Whether a row is about what the question names, and about the attribute it asks for.

    「Ironwoodの消費電力」 is not told by the row of another chip, nor "What does AWS charge for AI Factories" by a
    row on their services.
    """
    entity = frozenset(words(" ".join((spec.entity, *spec.entity_aliases))))
    row = "".join((spec.attribute, spec.attribute_alt, spec.conditions, spec.value, spec.unit)).lower()
    stated = frozenset(
        words(f"{spec.attribute}\n{spec.attribute_alt}\n{spec.conditions}\n{spec.value} {spec.unit}\n{spec.source}")
    )
    named = frozenset(words(" ".join(_NAME_IN_QUESTION.findall(question.text))))
    rest = asked = 0.0
    for concept in query.concepts:
        if concept.in_words(entity) >= _ALL:
            continue
        found = concept.in_words(stated)
        if found <= 0 and all(word in row for word in concept.spellings[0]):
            found = 1.0  # NKIコンパイラー is one word
        if found < _ALL and named & set(concept.spellings[0]) and not set(concept.spellings[0]) & (stated | entity):
            return False  # half of another spelling, the maker's name, is not the product
        asked += concept.weight
        rest += concept.weight * found
    return asked <= 0 or rest >= _ATTRIBUTE_SHARE * asked


def _of_another(query: Query, best: Candidate) -> bool:
    """Whether a figure is told of other products and of none of those asked for: the passage as a whole names both."""
    if not query.names or best.passage.spec is not None or best.features.names > 0:
        return False
    named = {word for word in words(best.text) if _MODEL.fullmatch(word)}
    return bool(named) and not named & set(query.names)


def _office_told(question: Question, query: Query, best: Candidate) -> bool:
    """Whether a sentence that is to say who holds an office names whose office it is."""
    match = _OFFICE_EN.search(question.text) or _OFFICE_JA.search(question.text)
    if match is None:
        return True
    groups = match.groupdict()
    of = frozenset(words(groups.get("of") or groups.get("whose") or ""))
    around = frozenset(words(f"{best.text}\n{best.passage.title}\n{' '.join(best.passage.heading_path)}"))
    concepts = [concept for concept in query.concepts if of & set(concept.spellings[0])]
    return not concepts or any(concept.in_words(around) >= _ALL for concept in concepts)


def _asks_for_role(question: Question) -> bool:
    """「…の社長は誰」: a sentence on the company without its 社長 names somebody or something else."""
    return question.kind is QuestionKind.PERSON and _ROLE.search(what_is_asked(question).subject) is not None


def choose(question: Question, reading: Reading, limit: int) -> list[Candidate]:
    """The sentences to show, best first; what they lean on comes before them."""
    best = reading.ranked[0]
    if question.kind is QuestionKind.METADATA or best.passage.spec is not None:
        return [best]
    if question.kind is QuestionKind.LIST:
        members = with_members(best, reading.ranked)
        if members:
            return [best, *members]
    shown = [reading.ranked[index] for index in _indexes(question, reading, limit)]
    if question.kind in _LEANING:
        return _with_reasons(shown, reading.ranked, limit)
    topic = reading.shorts[0].topic if reading.shorts and reading.shorts[0] is not None else None
    return _with_topic(topic, shown, reading.ranked)[:limit] if topic is not None else shown


def _with_topic(topic: Topic, shown: list[Candidate], ranked: Sequence[Candidate]) -> list[Candidate]:
    """The best sentence with the one that names what it speaks of: as one quotation where they adjoin."""
    best = shown[0]
    if topic.start < 0:
        return shown
    if topic.adjacent and best.end - topic.start <= _QUOTATION_CHARS:
        passage = best.passage
        text = passage.text[topic.start - passage.start : best.end - passage.start]
        kept = [
            item for item in shown[1:] if item.passage != passage or item.end <= topic.start or item.start >= best.end
        ]
        return [replace(best, start=topic.start, text=text), *kept]
    named = next((item for item in ranked if item.passage == best.passage and item.start == topic.start), None)
    return [named, best, *(item for item in shown[1:] if item is not named)] if named is not None else shown


def _indexes(question: Question, reading: Reading, limit: int) -> list[int]:
    best = reading.ranked[0]
    chosen, believed = [0], reading.shares[0]
    for index in range(1, len(reading.shares)):
        if len(chosen) >= limit or (believed >= _SURE and question.kind not in _SEVERAL):
            break
        candidate = reading.ranked[index]
        if question.lang != "ja" and candidate.features.coverage < _AS_MUCH * best.features.coverage:
            continue  # English shares come without spans and are spread wide: it is about something else
        typed = (
            candidate.features.typed >= TYPED_FLOOR
            or best.features.typed < TYPED_FLOOR
            or question.kind is QuestionKind.REASON  # not every reason says because
        )
        if candidate.features.coverage > 0 and typed and candidate.features.names_near >= best.features.names_near:
            chosen.append(index)
            believed += reading.shares[index]
    return chosen


def _beside(item: Candidate, ranked: Sequence[Candidate]) -> tuple[Candidate | None, Candidate | None]:
    """The sentences before and after one in its passage."""
    same = sorted(
        (other for other in ranked if other.passage.passage_id == item.passage.passage_id),
        key=lambda other: other.start,
    )
    place = next((index for index, other in enumerate(same) if other.start == item.start), None)
    if place is None:
        return None, None
    return (same[place - 1] if place else None), (same[place + 1] if place + 1 < len(same) else None)


def _with_reasons(shown: list[Candidate], ranked: Sequence[Candidate], limit: int) -> list[Candidate]:
    """The best sentence with the neighbours that carry its reason."""
    best = shown[0]
    before, after = _beside(best, ranked)
    carried: list[Candidate] = []
    if before is not None and (_POINTS_BACK.match(best.text.lstrip()) or _CAUSE.search(before.text)):
        earlier, _ = _beside(before, ranked)
        if earlier is not None and _POINTS_BACK.match(best.text.lstrip()):
            carried.append(earlier)
        carried.append(before)
    carried.append(best)
    if after is not None and (_CAUSE.search(after.text) or not _CAUSE.search(best.text)):
        carried.append(after)
    if not any(_CAUSE.search(item.text) for item in carried):
        carried.extend(_cause_near(best, ranked, carried))
    kept = {(item.passage.passage_id, item.start) for item in carried}
    further = [item for item in shown[1:] if (item.passage.passage_id, item.start) not in kept]
    return [*carried, *further][: max(limit, len(carried))]


def _cause_near(best: Candidate, ranked: Sequence[Candidate], carried: Sequence[Candidate]) -> list[Candidate]:
    """The nearest sentence of the passage that gives a cause, later ones first; one that restates the question has none."""
    places = {item.start for item in carried}
    near = [
        item
        for item in ranked
        if item.passage.passage_id == best.passage.passage_id
        and item.start not in places
        and abs(item.start - best.start) <= _CAUSE_CHARS
        and _CAUSE.search(item.text)
    ]
    return sorted(near, key=lambda item: (item.start < best.start, abs(item.start - best.start)))[:1]


def short_of(question: Question, query: Query, reading: Reading) -> str | None:
    """The short answer of the best sentence, None where the whole sentence is the answer."""
    best = reading.ranked[0]
    if question.kind in WITHOUT_SPAN:
        return None
    if question.kind is QuestionKind.LIST and with_members(best, reading.ranked):
        return None  # the members are the answer, not what announces them
    if best.passage.spec is not None or question.lang != "ja" or best.passage.lang != "ja":
        return short_answer(question, query, best.text, spec=best.passage.spec)
    if question.kind is QuestionKind.METADATA:
        return short_answer(question, query, best.text)
    if question.kind is QuestionKind.DATE and is_undated(best.text):
        return None
    shown = reading.short_text(0)
    if shown is None or (question.kind is QuestionKind.DATE and not find_dates(shown)):
        return None
    return None if question.kind is QuestionKind.FIGURE and not _FIGURE.search(shown) else shown
