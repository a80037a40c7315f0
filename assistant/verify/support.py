"""Whether passages state a sentence that a model wrote: the fact desk's judgement, as a guard.

The same judge that checks drafts decides here, so that no sentence is shown which the desk would not
call supported. On top of it, nothing may be dropped that makes the source's sentence true: a condition,
a doubt, who claims it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from assistant.answer.guards import Backing
from assistant.text.glossary import EMPTY, Glossary
from assistant.text.patterns import lazy_pattern
from assistant.text.quantity_guard import states
from assistant.text.sentences import split_sentences
from assistant.text.untrusted import is_instruction
from assistant.types import Passage, SpecRow, Verdict
from assistant.verify.evidence import EvidenceReader, EvidenceSentence
from assistant.verify.imperative import is_imperative
from assistant.verify.judge import Context, PairVerdict, context_of, judge
from assistant.verify.merge import merged_support
from assistant.verify.places import same_word
from assistant.verify.relations import _direction
from assistant.verify.statement import Statement, language_of, read_statement, squeeze
from assistant.verify.weigh import Judged
from assistant.verify.words import canonical_name

NLI_FLOOR = 0.5
"""Probability of entailment below which a sentence is withheld, where a model is set."""
_AGAINST = 0.78
"""Likeness from which a contradicting sentence of the cited passages counts as the one meant."""
_CARRIED = (
    ("a condition", r"もし|仮に|場合(?:は|に|、|には)|なら(?:ば)?[、]|であれば|[えけせてねべめれ]ば[、]|限り(?:は|では)?[、]|条件(?:で|として|に)", r"\bif\b|\bunless\b|\bprovided that\b|\bwhen\b|\bassuming\b|\bin case\b|\bonly\b"),
    ("who claims it", r"主張|言い張|自称|と訴え|とし(?:て|た)いる|という(?:説|見方|意見)|としている", r"\bclaim(?:s|ed|ing)?\b|\balleg\w+|\baccording to\b|\bargu(?:es|ed)\b|\bsays?\b|\bsaid\b"),
    ("a doubt", r"疑い|疑惑|噂|うわさ|とされ|らしい|ようだ|だろう|でしょう|かもしれ|可能性|見込|見通し|推定|推測|予想|未確認", r"\brumou?r\w*|\breported(?:ly)?\b|\bpurported|\bsuppos\w+|\bmay\b|\bmight\b|\bcould\b|\bperhaps\b|\bpossibl\w+|\bprobabl\w+|\blikely\b|\bestimat\w+|\bexpected\b|\bunconfirmed\b"),
    ("a denial", r"誤り|誤解|嘘|うそ|デマ|虚偽|事実ではな|否定", r"\bfalse(?:ly)?\b|\bwrong(?:ly)?\b|\bdenie[sd]\b|\bmyth\b|\bincorrect"),
)  # fmt: skip
_QUOTED_BEHIND = lazy_pattern(
    r"[ぁ-ん0-9]{0,10}?[」』”\"]?(?:と(?!も|共|比|、同|の(?:間|関係|比較|提携|協業|契約))|という|って|との(?:み|こと)?|を(?:正し|真|答|復唱|回答))(?!発表|公表|明らかに)"
)
_QUOTED_BEFORE = lazy_pattern(
    r"(?:[：:「『“\"]|\b(?:that|is|with|as|say|says|state|print|claim|output|write|answer))\s*[「『“\"]?\s*(?:the |a |an )?$",
    re.I,
)
_EXCLUSIVE = lazy_pattern(
    r"だけ|のみ|しか|唯一|すべて|全て|必ず|常に|絶対|初めて|最も|一番|\b(?:only|all|every|always|never|none|first|best|most|sole)\b",
    re.I,
)
_NEGATION = lazy_pattern(
    r"(?:ない|ません|なかった|なく|ず)(?:[、。」]|$|です|でし|と)|\b(?:not|never|no|neither|nor|without)\b|n't\b", re.I
)
_DENIED_BEHIND = lazy_pattern(
    r"(?:という(?:数字|値|の))?(?:では?|じゃ)な[いくか]|(?:では)?ありませ|でなく|は誤り|は間違"
)
_DENIED_BEFORE = lazy_pattern(
    r"\b(?:not|never|rather than|instead of|no longer|wrongly|incorrectly)\b[^.;,]{0,16}$", re.I
)
_MORE = lazy_pattern(
    r"(?:だけ|のみ|ばかり)(?:では|じゃ|で)(?:な[いくか]|あり?ませ)|のみなら|にとどまら|\bnot (?:only|just|merely)\b",
    re.I,
)
_PRONOUN_EN = lazy_pattern(r"^(?:It|This chip|The chip|This|The product|That)(?P<own>s|'s)?\s", re.I)


class Entailment(Protocol):
    """A model that says how probably one text follows from another."""

    @property
    def name(self) -> str: ...

    def probability(self, premise: str, hypothesis: str) -> float:
        """0 to 1."""


class DeskSupport:
    """The guard's :class:`~assistant.answer.guards.Support`, standing on the fact desk's judge."""

    def __init__(
        self,
        glossary: Glossary = EMPTY,
        entailment: Entailment | None = None,
        article_text: Callable[[str, int], str | None] | None = None,
    ) -> None:
        self._article_text = article_text  # of (article id, version): shows what stands before a passage
        self._glossary = glossary
        self._reader = EvidenceReader(glossary)
        self._entailment = entailment

    def back(self, text: str, passages: Sequence[Passage], *, subject: str = "") -> Backing:
        statement = read_statement(text, glossary=self._glossary)
        if len(statement.words) < 2 and not (statement.quantities or statement.dates):
            return Backing(reason="it says nothing that could be checked")
        about = with_subject(text, subject)
        if about != text:
            statement = read_statement(about, glossary=self._glossary)
        judged = [item for passage in passages for item in self._judged(statement, passage)]
        supports = [item for item in judged if item.result.verdict is Verdict.SUPPORTED]
        verbatim = [item for item in supports if item.result.verbatim]
        against = [item for item in judged if item.result.verdict is Verdict.CONTRADICTED]
        meant = any(item.result.near or item.result.likeness >= _AGAINST for item in against)
        if meant and not any(item.result.near for item in supports):
            supports = []  # the sentence meant says otherwise
        ranked = sorted(verbatim or supports, key=lambda item: (-_firmness(item.result), item.rank))
        choices = [[item] for item in ranked]
        if not choices and not against:
            choices = [merged] if (merged := merged_support(statement, judged)) else []
        if not choices:
            return Backing(reason=_why_not(judged, against))
        problems = [self._problem(text, statement, chosen) for chosen in choices]
        if all(problems):
            return Backing(reason=problems[0])
        chosen = choices[problems.index("")]
        spans = tuple((item.sentence.passage, item.sentence.start, item.sentence.end) for item in chosen)
        if self._entailment is None or verbatim:
            return Backing(spans)
        premise = " ".join(passage.text[start - passage.start : end - passage.start] for passage, start, end in spans)
        score = self._entailment.probability(premise, text)
        if score < NLI_FLOOR:
            return Backing(
                reason=f"{self._entailment.name} gives it {score:.2f} to follow from the source", score=score
            )
        return Backing(spans, score=score)

    def _problem(self, text: str, statement: Statement, chosen: Sequence[Judged]) -> str:
        """What the sentence makes of its evidence that the judge lets pass; empty when nothing."""
        if any(item.result.verbatim for item in chosen):
            return ""
        evidence = [item.sentence.statement for item in chosen]
        texts = [item.text for item in evidence]
        dropped = _dropped(text, texts)
        if dropped:
            return f"the source's sentence has {dropped} that this one leaves out"
        if all(_MORE.search(item) for item in texts) and not _MORE.search(text):
            return "the source says that there is more to it"
        added = _added(text, texts)
        if added:
            return f"the source does not say {added!r}"
        if all(embedded(statement, item.sentence.statement) and not item.sentence.is_row for item in chosen):
            return "the source has it inside another sentence and does not state it"
        if _denies(statement) and not any(item.result.near for item in chosen):
            return "a denial stands only where the source has it in the same words"
        if _only_denied(statement, evidence):
            return "the source denies that figure"
        mine = _direction(statement)
        if mine is not None:
            theirs = [found for item in evidence if (found := _direction(item)) is not None]
            if not any(same_word(mine[0], other[0]) and same_word(mine[1], other[1]) for other in theirs):
                return "the source does not say who acts on whom like this"
        return ""

    def _judged(self, statement: Statement, passage: Passage) -> list[Judged]:
        found = []
        if passage.spec is not None and not _names_entity(statement, passage.spec):
            return []
        ordered = self._ordered_before(passage)
        before: list[EvidenceSentence] = []
        end = passage.start
        for rank, sentence in enumerate(self._reader.sentences(passage)):
            gap = passage.text[end - passage.start : sentence.start - passage.start]
            end = sentence.end
            # An order holds to the end of its paragraph: "Include this sentence: …" and the sentence.
            ordered = is_instruction(sentence.text) or is_imperative(sentence.text) or (ordered and "\n" not in gap)
            if ordered or (sentence.is_heading and squeeze(sentence.text) != statement.squeezed):
                continue
            context = sentence.context if sentence.is_row else self._context(passage, before)
            found.append(Judged(sentence, judge(statement, sentence.statement, context), rank))
            before.append(sentence)
        return found

    def _ordered_before(self, passage: Passage) -> bool:
        """Whether an order stands in the same paragraph before the passage: passages end at any sentence."""
        if self._article_text is None:
            return False
        text = self._article_text(passage.article_id, passage.version) or ""
        begin = text.rfind("\n", 0, passage.start) + 1
        return any(
            is_instruction(text[start:end]) or is_imperative(text[start:end])
            for start, end in split_sentences(text, begin, passage.start)
        )

    def _context(self, passage: Passage, before: Sequence[EvidenceSentence]) -> Context:
        """What a sentence may be understood from: title and headings, and the names of the sentences before.

        Their other words are theirs: "It was bought by a rival" there does not make it true here.
        """
        around = [self._reader.read(text) for text in (passage.title, *passage.heading_path)]
        names = [word for item in before[-2:] for word in item.statement.names]
        read = context_of(around)
        return Context(
            read.forms.union(word.form for word in names),
            read.concepts.union(*(word.concepts for word in names)),
            read.groups,
            tuple(date for item in before[-2:] for date in item.statement.dates),
        )


def with_subject(text: str, subject: str) -> str:
    """``text`` about ``subject`` where it names nothing: 帯域幅は…, "It has …"."""
    if not subject or canonical_name(subject) in canonical_name(text):
        return text
    if language_of(text) == "ja":
        return text if read_statement(text).names else f"{subject}の{text}"
    found = _PRONOUN_EN.match(text)
    if found is None:
        return text
    return f"{subject}{chr(39) + 's' if found['own'] else ''} {text[found.end() :]}"


def _firmness(result: PairVerdict) -> float:
    return 2.0 * result.verbatim + 1.0 * result.near + result.coverage


def _names_entity(statement: Statement, spec: SpecRow) -> bool:
    """Whether the sentence names the sheet's entity: a row says nothing of anything else."""
    text = canonical_name(statement.text)
    return any((name := canonical_name(item)) and name in text for item in (spec.entity, *spec.entity_aliases)) or any(
        item in statement.text for item in (spec.entity, *spec.entity_aliases)
    )


def _denies(statement: Statement) -> bool:
    return statement.negated or _NEGATION.search(statement.text) is not None


def _only_denied(statement: Statement, evidence: Sequence[Statement]) -> bool:
    """Whether a figure of the sentence stands in the evidence only to be denied: 144GBではなく192GB."""
    for claimed in statement.quantities:
        places = [(item, found) for item in evidence for found in item.quantities if states(claimed, found)]
        if places and all(
            _DENIED_BEHIND.match(item.text, max(found.end, found.span_end))
            or _DENIED_BEFORE.search(item.text[max(0, found.span_start - 24) : found.span_start])
            for item, found in places
        ):
            return True
    return False


def embedded(claim: Statement, evidence: Statement) -> bool:
    """Whether what the claim says stands in the evidence only as somebody's words or as what is to be said.

    「…と答えよ」, 「…という一文」, "claim that …", "the answer is: …" state nothing of their own.
    """
    ends = [span for span in _places(claim, evidence, last=True) if span is not None]
    if claim.lang == evidence.lang == "ja" and ends:
        return all(_QUOTED_BEHIND.match(evidence.text, end) for _, end in ends) or _opened(claim, evidence)
    return claim.lang == evidence.lang and _opened(claim, evidence)


def _opened(claim: Statement, evidence: Statement) -> bool:
    starts = _places(claim, evidence, last=False)
    return bool(starts) and all(_QUOTED_BEFORE.search(evidence.text[:start]) for start, _ in starts)


def _places(claim: Statement, evidence: Statement, *, last: bool) -> list[tuple[int, int]]:
    """Where the evidence has the first or last word, figure or date of the claim."""
    parts: list[tuple[int, list[tuple[int, int]]]] = []
    for word in claim.words:
        same = [(other.start, other.end) for other in evidence.words if same_word(word, other)]
        parts.append((word.start, same))
    for item in claim.quantities:
        found = [(other.start, max(other.end, other.span_end)) for other in evidence.quantities if states(item, other)]
        parts.append((item.start, found))
    parts.sort(key=lambda part: part[0], reverse=last)
    return next((found for _, found in parts if found), [])


def _dropped(text: str, evidence: Sequence[str]) -> str:
    """What the evidence carries and the sentence leaves out: a condition, a doubt, who claims it, a denial."""
    for name, japanese, english in _CARRIED:
        pattern = re.compile(f"{japanese}|{english}", re.I)
        if all(pattern.search(item) for item in evidence) and not pattern.search(text):
            return name
    return ""


def _added(text: str, evidence: Sequence[str]) -> str:
    """A word that makes the sentence say more than its source: only, all, first."""
    for match in _EXCLUSIVE.finditer(text):
        if not any(_EXCLUSIVE.search(item) for item in evidence):
            return match.group()
    return ""


def _why_not(judged: Sequence[Judged], against: Sequence[Judged]) -> str:
    for item in sorted(against, key=lambda found: -found.result.coverage):
        for difference in item.result.differences:
            return f"the source says {difference.found!r}, not {difference.claimed!r}"
    nearest = max(judged, key=lambda item: item.result.coverage, default=None)
    if nearest is not None and nearest.result.missing:
        return f"not in the cited passages: {', '.join(dict.fromkeys(nearest.result.missing))}"
    return "the cited passages do not state it"
