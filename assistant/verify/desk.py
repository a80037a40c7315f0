"""The fact desk: a draft in, a verdict with evidence for every claim out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from assistant.library.store import Library
from assistant.retrieve.retriever import Retriever
from assistant.text.glossary import EMPTY, Glossary
from assistant.text.normalise import normalise
from assistant.types import (
    CheckReport,
    Citation,
    Claim,
    ClaimVerdict,
    Evidence,
    Hit,
    SpecRow,
    Verdict,
)
from assistant.verify import wording
from assistant.verify.claims import DraftClaim, split_claims
from assistant.verify.corrections import Corrections
from assistant.verify.decide import Decider
from assistant.verify.derived import about_one, derivation, judge_derived, operands
from assistant.verify.evidence import EvidenceReader, EvidenceSentence
from assistant.verify.judge import PairVerdict, judge, judge_pair
from assistant.verify.quotes import QuoteDesk
from assistant.verify.slots import same_word
from assistant.verify.statement import Statement, language_of, read_statement, squeeze
from assistant.verify.subjects import Subjects
from assistant.verify.weigh import Judged

_DIGITS = re.compile(r"[0-9][0-9,.]*[0-9]|[0-9]")
TOP_K = 10
MAX_SENTENCES = 12
"""Sentences judged for one claim; those with the most words in common come first."""
_WORTH_READING = 0.3
"""Sentences with a smaller share of the claim's words, as of the best one's share, are not analysed."""
_ATTRIBUTE = 0.5
"""Share of a row's attribute words the claim must have before the row stands against it."""
_GENERIC = frozenset({"数", "量", "額", "値"})
_COUNTED = frozenset({"チップ", "chip", "server"})
_CLAUSE = 10
"""Characters from which a part of a sentence is searched for by itself."""


class Entailment(Protocol):
    """A model that says how probably one text follows from another."""

    @property
    def name(self) -> str: ...

    def probability(self, premise: str, hypothesis: str) -> float:
        """0 to 1."""
        ...


def check_pair(claim: str, evidence: str, *, anchor: date | None = None, glossary: Glossary = EMPTY) -> CheckReport:
    """One claim judged by one given text alone.

    The text is no article: its citation has the article id ``given`` and offsets into the text itself.
    """
    result = judge_pair(claim, evidence, anchor=anchor, glossary=glossary)
    lang = language_of(claim)
    reasons = {
        Verdict.SUPPORTED: lambda: wording.pair_supported(lang),
        Verdict.CONTRADICTED: lambda: wording.contradicted(result.differences, wording.given_text(lang), lang),
    }
    reason = reasons.get(result.verdict, lambda: wording.pair_open(result.missing, lang))()
    placed = Claim(claim, 0, len(claim))
    shown: tuple[Evidence, ...] = ()
    if result.verdict is not Verdict.NOT_FOUND:
        given = Citation(
            marker=1,
            passage_id="given",
            article_id="given",
            version=0,
            title=wording.given_text(lang),
            url=None,
            published=None,
            locator="",
            start=0,
            end=len(evidence),
            quote=evidence,
        )
        shown = (Evidence(given, "for" if result.verdict is Verdict.SUPPORTED else "against"),)
    return CheckReport((ClaimVerdict(placed, result.verdict, reason, result.differences, shown),))


class FactDesk:
    """Checks drafts against one open index; safe to share between threads."""

    def __init__(
        self,
        *,
        retriever: Retriever,
        library: Library,
        glossary: Glossary = EMPTY,
        newest: Callable[[], str | None] = lambda: None,
        entailment: Entailment | None = None,
        nli_floor: float = 0.2,
    ) -> None:
        self._retriever = retriever
        self._library = library
        self._glossary = glossary
        self._newest = newest
        self._entailment = entailment
        self._nli_floor = nli_floor
        self._reader = EvidenceReader(glossary)
        self._corrections = Corrections(library)
        self._decider = Decider(library, self._reader, self._corrections)
        self._spellings = {
            term.spellings[0]: tuple(normalise(item) for item in term.spellings) for term in glossary.terms
        }
        self._quotes = QuoteDesk(retriever, library)

    def check(self, draft: str, *, anchor: date | None = None) -> CheckReport:
        """Verdicts for the claims of a draft, in the order they stand in it.

        Args:
            draft: Plain text or Markdown.
            anchor: The day the draft is dated, to resolve 昨年 and "last quarter"; without one such
                words compare only with the same words.
        """
        memory: dict[str, list[Hit]] = {}
        subjects, heading, claims = Subjects(), "", []
        for claim in split_claims(draft):
            if claim.heading != heading:
                heading = claim.heading
                subjects.heading(self._reader.read_often(heading, None))
            claims.append(self._check_claim(claim, anchor, memory, subjects))
        return CheckReport(tuple(claims), self._entailment.name if self._entailment is not None else None)

    # -- one claim -------------------------------------------------------------------------------

    def _check_claim(
        self, claim: DraftClaim, anchor: date | None, memory: dict[str, list[Hit]], subjects: Subjects
    ) -> ClaimVerdict:
        placed = Claim(claim.text, claim.start, claim.end)
        lang = language_of(claim.judged)
        if claim.not_checkable:
            return ClaimVerdict(placed, Verdict.NOT_CHECKABLE, wording.uncheckable(claim.not_checkable, lang))
        statement = read_statement(claim.judged, anchor=anchor, glossary=self._glossary)
        resolved = subjects.resolved(statement, claim.judged)
        unresolved = statement
        if resolved:
            claim = replace(claim, judged=resolved)
            statement = read_statement(resolved, anchor=anchor, glossary=self._glossary)
        subjects.sentence(statement)
        if len(statement.words) < 2 and not (statement.names or statement.quantities or statement.dates):
            return ClaimVerdict(placed, Verdict.NOT_CHECKABLE, wording.uncheckable("no_content", lang))
        hits = self._hits(claim.sentence, memory)
        if resolved:
            own = self._hits(resolved, memory)
            known = {hit.passage.passage_id for hit in own}
            hits = own + [hit for hit in hits if hit.passage.passage_id not in known]
        quoted = self._quotes.check(placed, claim, hits, lang)
        if quoted is not None and (
            quoted.verdict is not Verdict.SUPPORTED or not (statement.dates or statement.quantities)
        ):
            return quoted
        judged = self._judge(statement, hits, squeeze(claim.sentence) if claim.sentence != claim.judged else "")
        if resolved and not any(item.result.verdict is Verdict.SUPPORTED for item in judged):
            # A sentence that stands in a source word for word needs no subject of ours.
            plain = self._judge(unresolved, hits)
            if any(item.result.verdict is Verdict.SUPPORTED and item.result.near for item in plain):
                judged, statement = plain, unresolved
        verdict = self._decider.decide(placed, statement, judged, lang, self._counter)
        part = claim.sentence != claim.judged and len(claim.text) >= _CLAUSE  # a cell of a table is none
        if verdict.verdict is Verdict.NOT_FOUND and part and not resolved:
            # The whole sentence found other passages than this part of it does.
            hits = self._hits(claim.judged, memory)
            judged = self._judge(statement, hits)
            verdict = self._decider.decide(placed, statement, judged, lang, self._counter)
        if verdict.verdict is Verdict.NOT_FOUND:
            verdict = self._derive(placed, statement, hits, lang) or verdict
        verdict = self._doubted(verdict, claim, lang)
        # The words are right; the day and the figures around them still have to be.
        return quoted if quoted is not None and verdict.verdict is Verdict.SUPPORTED else verdict

    def _doubted(self, verdict: ClaimVerdict, claim: DraftClaim, lang: str) -> ClaimVerdict:
        """A support that the entailment model does not share is withdrawn; the model never grants one."""
        model = self._entailment
        if model is None or verdict.verdict is not Verdict.SUPPORTED or not verdict.evidence:
            return verdict
        premise = " ".join(item.citation.quote for item in verdict.evidence)
        if squeeze(claim.judged) in squeeze(premise) or model.probability(premise, claim.judged) >= self._nli_floor:
            return verdict
        title = verdict.evidence[0].citation.title
        return replace(verdict, verdict=Verdict.NOT_FOUND, reason=wording.doubted(title, model.name, lang), evidence=())

    def _hits(self, sentence: str, memory: dict[str, list[Hit]]) -> list[Hit]:
        found = memory.get(sentence)
        if found is None:
            found = memory[sentence] = self._retriever.retrieve(sentence, top_k=TOP_K)
        return found

    def _judge(self, statement: Statement, hits: Sequence[Hit], whole: str = "") -> list[Judged]:
        """The sentences that share most words with the claim, judged, best first."""
        keys = self._keys(statement)
        total = sum(keys.values()) or 1.0
        rough: list[tuple[float, int, int, EvidenceSentence]] = []
        for rank, hit in enumerate(hits):
            for sentence in self._reader.sentences(hit.passage):
                found = sum(weight for key, weight in keys.items() if key in sentence.folded)
                if found or sentence.is_row:
                    rough.append((-found / total + 0.01 * rank, rank, sentence.start, sentence))
        rough.sort(key=lambda item: item[:3])
        candidates: list[tuple[float, int, EvidenceSentence]] = []
        floor = _WORTH_READING * rough[0][0] if rough else 0.0  # scores are negative, the best first
        for score, rank, _, sentence in rough[: MAX_SENTENCES + 6]:
            if score > floor:
                break
            other = sentence.statement
            shared = sum(
                word.weight
                for word in statement.words
                if word.form in other.forms or (word.concepts and word.concepts & other.concepts)
            )
            around = sum(0.3 * word.weight for word in statement.words if word.form in sentence.context.forms)
            figures = 0.5 * (bool(statement.quantities) and bool(other.quantities)) + 0.5 * (
                bool(statement.dates) and bool(other.dates)
            )
            bonus = 50.0 if other.squeezed and other.squeezed in (statement.squeezed, whole) else 0.0
            if bonus or (shared > 0 and not sentence.is_heading):
                candidates.append((shared + around + figures + bonus - 0.01 * rank, rank, sentence))
        candidates.sort(key=lambda item: (-item[0], item[1], item[2].start))
        judged = []
        for _, rank, sentence in candidates[:MAX_SENTENCES]:
            if whole and sentence.statement.squeezed == whole:
                judged.append(
                    Judged(sentence, PairVerdict(Verdict.SUPPORTED, 1.0, verbatim=True, likeness=1.0, near=True), rank)
                )
                continue
            result = judge(statement, sentence.statement, sentence.context)
            spec = sentence.passage.spec
            # 空冷 against 液冷 says itself which attribute is meant.
            valued = result.verdict is Verdict.CONTRADICTED and any(
                item.kind != "polarity" for item in result.differences
            )
            if spec is not None and (not self._about(statement, spec, valued) or _beside_value(sentence, result)):
                result = replace(result, verdict=Verdict.NOT_FOUND, differences=())
            judged.append(Judged(sentence, result, rank))
        return judged

    def _about(self, statement: Statement, spec: SpecRow, against: bool) -> bool:
        """Whether a row is about the claim's subject and, to stand against it, about the same attribute."""
        forms, concepts = statement.forms, statement.concepts
        entities = [self._reader.read_often(name, None) for name in (spec.entity, *spec.entity_aliases)]
        if not any(
            item.names
            and not item.quantities
            and all(word.form in forms or (not word.model and word.concepts & concepts) for word in item.names)
            for item in entities
        ) and not any(
            models and not item.quantities and all(word.form in forms for word in models)
            for item in entities
            for models in [[word for word in item.words if word.model]]
        ):
            return False
        if not against:
            return True
        best = 0.0
        for name in (spec.attribute, spec.attribute_alt):
            named = self._reader.read_often(name, None)
            if named.concepts & frozenset(
                key for word in statement.words if word.kind != "name" for key in word.concepts
            ):
                return True
            words = named.words
            counted = any(item.dimension.startswith("count:") for item in statement.quantities)
            own = [
                word
                for word in words
                if word.form not in entities[0].forms
                and word.form not in _GENERIC
                and not (counted and word.form in _COUNTED)
            ]
            if own:
                best = max(
                    best, sum(any(same_word(word, other) for other in statement.words) for word in own) / len(own)
                )
        return best >= _ATTRIBUTE

    def _derive(self, placed: Claim, statement: Statement, hits: Sequence[Hit], lang: str) -> ClaimVerdict | None:
        """A verdict for a ratio, difference or sum of two products, worked out from figures of each."""
        asked = derivation(statement)
        if asked is None:
            return None
        found = []
        for form, other in ((asked.first, asked.second), (asked.second, asked.first)):
            about = about_one(statement, form, other)
            query = " ".join(dict.fromkeys(statement.text[word.start : word.end] for word in about.words))
            passages = {
                hit.passage.passage_id: hit.passage for hit in [*self._retriever.retrieve(query, top_k=TOP_K), *hits]
            }
            sentences = [item for passage in passages.values() for item in self._reader.sentences(passage)]
            usable = operands(about, form, sentences, self._about)
            usable = [item for item in usable if not self._corrections.of(item.sentence)]
            closest = max((self._named(about, item.sentence) for item in usable), default=0)
            found.append([item for item in usable if self._named(about, item.sentence) == closest])
        return judge_derived(placed, statement, asked, found[0], found[1], lang)

    def _named(self, about: Statement, sentence: EvidenceSentence) -> int:
        """How many of the claim's names a row's product has: Trn2 UltraServer before Trn2インスタンス."""
        spec = sentence.passage.spec
        names = (spec.entity, *spec.entity_aliases) if spec is not None else (sentence.text,)
        known = frozenset().union(*(self._reader.read_often(name, None).forms for name in names))
        return sum(word.form in known for word in about.names)

    def _counter(self, statement: Statement) -> list[Judged]:
        """What a search for the claim's subject and attribute alone brings: other sources have other figures."""
        query = " ".join(
            dict.fromkeys(statement.text[word.start : word.end] for word in statement.words if word.kind != "other")
        )
        return self._judge(statement, self._retriever.retrieve(query, top_k=TOP_K))

    def _keys(self, statement: Statement) -> dict[str, float]:
        """What to look for in a text before it is analysed: words as written, spellings of terms, figures."""
        keys: dict[str, float] = {}
        for word in statement.words:
            surface = normalise(statement.text[word.start : word.end])
            keys[surface if surface.isascii() or len(surface) < 3 else surface[:3]] = word.weight
            keys.setdefault(word.form, word.weight / 2)
            for concept in word.concepts:
                for spelling in self._spellings.get(concept, ()):
                    keys.setdefault(spelling, word.weight / 2)
        for item in statement.quantities:
            for digits in _DIGITS.findall(normalise(item.text)):
                keys.setdefault(digits, 0.5)
        return keys


def _beside_value(sentence: EvidenceSentence, result: PairVerdict) -> bool:
    """Whether a row stands against the claim only by a figure of its conditions: 4倍（705.6 対 185.6）."""
    if result.verdict is not Verdict.CONTRADICTED:
        return False
    end = sentence.text.find("（", sentence.text.find(": ") + 1)
    found = [slot.found for slot in result.slots if slot.difference is not None and slot.found is not None]
    if not any(item.start < end for item in sentence.statement.quantities):
        return False  # the value itself has its bound among the conditions
    return end > 0 and bool(found) and all(item.start > end for item in found)
