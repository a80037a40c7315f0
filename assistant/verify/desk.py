"""The fact desk: a draft in, a verdict with evidence for every claim out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol

from assistant.library.store import Library
from assistant.retrieve.retriever import Retriever
from assistant.text.glossary import EMPTY, Glossary
from assistant.types import (
    CheckReport,
    Citation,
    Claim,
    ClaimVerdict,
    Evidence,
    Hit,
    Verdict,
)
from assistant.verify import wording
from assistant.verify.claims import DraftClaim, split_claims
from assistant.verify.corrections import Corrections
from assistant.verify.decide import Decider
from assistant.verify.derived import about_one, derivation, judge_derived, operands
from assistant.verify.evidence import EvidenceReader, EvidenceSentence
from assistant.verify.judge import judge_pair
from assistant.verify.quotes import QuoteDesk
from assistant.verify.search import DraftSearch
from assistant.verify.sift import Sieve
from assistant.verify.statement import Statement, language_of, read_statement, squeeze
from assistant.verify.subjects import Subjects
from assistant.verify.weigh import Judged

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
        self.retriever = retriever
        self.library = library
        self.glossary = glossary
        self.newest = newest
        self.entailment = entailment
        self.nli_floor = nli_floor
        self.reader = EvidenceReader(glossary)
        self.sieve = Sieve(self.reader, glossary)
        self.quotes = QuoteDesk(retriever, library, glossary)

    def check(
        self, draft: str, *, anchor: date | None = None, on_claim: Callable[[int, int], None] = lambda *_: None
    ) -> CheckReport:
        """Verdicts for the claims of a draft, in the order they stand in it.

        Args:
            draft: Plain text or Markdown.
            anchor: The day the draft is dated, to resolve 昨年 and "last quarter"; without one such
                words compare only with the same words.
            on_claim: Told before each claim how many are done, and how many there are.
        """
        claims = DraftCheck(self, anchor).verdicts(split_claims(draft), on_claim)
        return CheckReport(tuple(claims), self.entailment.name if self.entailment is not None else None)


class DraftCheck:
    """One draft being checked: what is valid is settled once, and each text is searched once."""

    def __init__(self, desk: FactDesk, anchor: date | None) -> None:
        self._desk = desk
        self._anchor = anchor
        self._corrections = Corrections(desk.library)
        self._search = DraftSearch(desk.retriever, self._corrections.view.hidden)
        self._decider = Decider(desk.library, desk.reader, self._corrections, self._counter)
        self._subjects = Subjects()

    def verdicts(self, claims: Sequence[DraftClaim], on_claim: Callable[[int, int], None]) -> list[ClaimVerdict]:
        """A verdict for each claim, in order; ``on_claim`` is told before each how many are done."""
        heading = ""
        found: list[ClaimVerdict] = []
        with self._search.ahead(claim.sentence for claim in claims if not claim.not_checkable):
            for claim in claims:
                on_claim(len(found), len(claims))
                if claim.heading != heading:
                    heading = claim.heading
                    self._subjects.heading(self._desk.reader.read(heading))
                found.append(self._check_claim(claim))
        return found

    def _read(self, text: str) -> Statement:
        return read_statement(text, anchor=self._anchor, glossary=self._desk.glossary)

    def _check_claim(self, claim: DraftClaim) -> ClaimVerdict:
        placed = Claim(claim.text, claim.start, claim.end)
        lang = language_of(claim.judged)
        if claim.not_checkable:
            return ClaimVerdict(placed, Verdict.NOT_CHECKABLE, wording.uncheckable(claim.not_checkable, lang))
        statement = self._read(claim.judged)
        resolved = self._subjects.resolved(statement, claim.judged)
        unresolved = statement
        if resolved:
            claim = replace(claim, judged=resolved)
            statement = self._read(resolved)
        self._subjects.sentence(statement)
        if len(statement.words) < 2 and not (statement.names or statement.quantities or statement.dates):
            return ClaimVerdict(placed, Verdict.NOT_CHECKABLE, wording.uncheckable("no_content", lang))
        hits = self._search.hits(claim.sentence)
        if resolved:
            own = self._search.hits(resolved)
            known = {hit.passage.passage_id for hit in own}
            hits = own + [hit for hit in hits if hit.passage.passage_id not in known]
        quoted = self._desk.quotes.check(placed, claim, hits, lang)
        if quoted is not None and not quoted.open:
            return quoted.verdict
        judged = self._desk.sieve.judged(
            statement, hits, squeeze(claim.sentence) if claim.sentence != claim.judged else ""
        )
        if resolved and not any(item.result.verdict is Verdict.SUPPORTED for item in judged):
            # A sentence that stands in a source word for word needs no subject of ours.
            plain = self._desk.sieve.judged(unresolved, hits)
            if any(item.result.verdict is Verdict.SUPPORTED and item.result.near for item in plain):
                judged, statement = plain, unresolved
        verdict = self._decider.decide(placed, statement, judged, lang)
        part = claim.sentence != claim.judged and len(claim.text) >= _CLAUSE  # a cell of a table is none
        if verdict.verdict is Verdict.NOT_FOUND and part and not resolved:
            # The whole sentence found other passages than this part of it does.
            hits = self._search.hits(claim.judged)
            judged = self._desk.sieve.judged(statement, hits)
            verdict = self._decider.decide(placed, statement, judged, lang)
        if verdict.verdict is Verdict.NOT_FOUND:
            verdict = self._derive(placed, statement, hits, lang) or verdict
        verdict = self._doubted(verdict, claim, lang)
        # The words are right; what is said around them still has to be.
        return quoted.verdict if quoted is not None and verdict.verdict is Verdict.SUPPORTED else verdict

    def _doubted(self, verdict: ClaimVerdict, claim: DraftClaim, lang: str) -> ClaimVerdict:
        """A support that the entailment model does not share is withdrawn; the model never grants one."""
        model = self._desk.entailment
        if model is None or verdict.verdict is not Verdict.SUPPORTED or not verdict.evidence:
            return verdict
        premise = " ".join(item.citation.quote for item in verdict.evidence)
        if (
            squeeze(claim.judged) in squeeze(premise)
            or model.probability(premise, claim.judged) >= self._desk.nli_floor
        ):
            return verdict
        title = verdict.evidence[0].citation.title
        return replace(verdict, verdict=Verdict.NOT_FOUND, reason=wording.doubted(title, model.name, lang), evidence=())

    def _derive(self, placed: Claim, statement: Statement, hits: Sequence[Hit], lang: str) -> ClaimVerdict | None:
        """A verdict for a ratio, difference or sum of two products, worked out from figures of each."""
        asked = derivation(statement)
        if asked is None:
            return None
        found = []
        for form, other in ((asked.first, asked.second), (asked.second, asked.first)):
            about = about_one(statement, form, other)
            query = " ".join(dict.fromkeys(statement.text[word.start : word.end] for word in about.words))
            passages = {hit.passage.passage_id: hit.passage for hit in [*self._search.hits(query), *hits]}
            sentences = [item for passage in passages.values() for item in self._desk.reader.sentences(passage)]
            usable = operands(about, form, sentences, self._desk.sieve.about)
            usable = [item for item in usable if not self._corrections.of(item.sentence)]
            closest = max((self._named(about, item.sentence) for item in usable), default=0)
            found.append([item for item in usable if self._named(about, item.sentence) == closest])
        return judge_derived(placed, statement, asked, found[0], found[1], lang)

    def _named(self, about: Statement, sentence: EvidenceSentence) -> int:
        """How many of the claim's names a row's product has: Trn2 UltraServer before Trn2インスタンス."""
        spec = sentence.passage.spec
        names = (spec.entity, *spec.entity_aliases) if spec is not None else (sentence.text,)
        known = frozenset().union(*(self._desk.reader.read(name).forms for name in names))
        return sum(word.form in known for word in about.names)

    def _counter(self, statement: Statement) -> list[Judged]:
        """What a search for the claim's subject and attribute alone brings: other sources have other figures."""
        query = " ".join(
            dict.fromkeys(statement.text[word.start : word.end] for word in statement.words if word.kind != "other")
        )
        return self._desk.sieve.judged(statement, self._search.hits(query))
