"""One verdict out of all sentences that were held against a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.library.store import Library
from assistant.types import Claim, ClaimVerdict, Difference, Evidence, Passage, Verdict, cite
from assistant.verify import wording
from assistant.verify.arithmetic import check_arithmetic
from assistant.verify.corrections import Corrections
from assistant.verify.dispute import conflicts, handed_on, leaves_open, other_value, same_fact, told_apart
from assistant.verify.evidence import EvidenceReader
from assistant.verify.judge import PairVerdict, judge
from assistant.verify.merge import merged_support
from assistant.verify.statement import Statement
from assistant.verify.weigh import Judged, is_solid, outweighs, stands_alone, strength, strength_against

Counter = Callable[[Statement], Sequence[Judged]]
"""Looks for what else the library has on the claim's subject, without the claim's own figures."""
_REPEATS = 0.78
"""Share of a claim's words in the source's order from which the claim counts as made from that sentence."""


class Decider:
    """Weighs supports against contradictions, corrections and other sources, for the claims of one draft.

    ``counter`` is asked only where something supports the claim.
    """

    def __init__(self, library: Library, reader: EvidenceReader, corrections: Corrections, counter: Counter) -> None:
        self._library = library
        self._reader = reader
        self._corrections = corrections
        self._counter = counter

    def decide(self, placed: Claim, statement: Statement, judged: Sequence[Judged], lang: str) -> ClaimVerdict:
        """The verdict on a claim, out of the sentences judged for it."""
        supports = sorted((item for item in judged if item.result.verdict is Verdict.SUPPORTED), key=strength)
        # What has been corrected stands against nothing.
        against = sorted(
            (
                item
                for item in judged
                if item.result.verdict is Verdict.CONTRADICTED and self._corrections.of(item.sentence) is None
            ),
            key=strength_against,
        )
        turned = [item for item in against if item.result.near and _turned(item)]
        computed = check_arithmetic(placed, statement, judged, lang) if not turned else None
        if computed is not None:
            return computed
        if not supports:
            merged = merged_support(statement, judged)
            if merged and not any(outweighs(item) for item in against):
                supports = merged
        closest = [item for item in against if item.result.near and item.result.likeness >= _REPEATS]
        sense = any(_turned(item) for item in closest)
        if closest and not any(item.result.near or (is_solid(item) and not sense) for item in supports):
            supports, against = [], closest  # the sentence the claim was made from says otherwise
        if supports and all(self._corrections.of(item.sentence) for item in supports):
            sound = [item for item in judged if not self._corrections.of(item.sentence)]
            supports = merged_support(statement, sound) or supports  # other articles may say it in two sentences
        open_question = self._left_open(placed, statement, judged, supports, against, lang)
        if open_question is not None:
            return open_question
        if supports:
            return self._supported(placed, statement, supports, against, lang)
        strong = [item for item in against if stands_alone(item, statement)]
        if strong:
            best = strong[0]
            title = best.sentence.passage.title
            reason = wording.contradicted(best.result.differences, title, lang)
            if best.result.spoken:
                said = best.result.differences[0]
                reason = wording.said_by_another(said.claimed, said.found, title, lang)
            return ClaimVerdict(
                placed, Verdict.CONTRADICTED, reason, _distinct(best.result.differences), evidence_of([], strong[:2])
            )
        nearest = max(judged, key=lambda item: item.result.coverage, default=None)
        missing = nearest.result.missing if nearest is not None else ()
        title = nearest.sentence.passage.title if nearest is not None and nearest.result.coverage >= 0.4 else ""
        unknown = self._unknown(statement, judged)
        return ClaimVerdict(placed, Verdict.NOT_FOUND, wording.not_found(missing, title, lang, unknown))

    def _unknown(self, statement: Statement, judged: Sequence[Judged]) -> list[str]:
        """Names of the claim that no judged sentence knows."""
        known: set[str] = set()
        for item in judged:
            known |= item.sentence.statement.forms | item.sentence.context.forms
        concepts = {key for item in judged for key in item.sentence.statement.concepts | item.sentence.context.concepts}
        return [
            statement.text[word.start : word.end]
            for word in statement.names
            if word.form not in known and not word.concepts & concepts
        ]

    def _left_open(
        self,
        placed: Claim,
        statement: Statement,
        judged: Sequence[Judged],
        supports: Sequence[Judged],
        against: Sequence[Judged],
        lang: str,
    ) -> ClaimVerdict | None:
        """A verdict where a source itself has the claimed value beside another one and decides for neither, or
        hands it on as somebody else's."""
        if any(item.result.verbatim for item in supports):
            return None
        for item in judged:
            if self._corrections.of(item.sentence) is not None:
                continue
            found = handed_on(statement, item.sentence, against)
            if found is None and not leaves_open(statement, item.sentence):
                continue
            sides = [other for other in against if other is not item]
            title = item.sentence.passage.title
            reason = wording.handed_on(title, found.found, lang) if found else wording.left_open(title, lang)
            return ClaimVerdict(
                placed,
                Verdict.CONFLICTING,
                reason,
                (found,) if found else (),
                evidence_of([item], sides[:1]),
            )
        return None

    def _supported(
        self,
        placed: Claim,
        statement: Statement,
        supports: Sequence[Judged],
        against: Sequence[Judged],
        lang: str,
    ) -> ClaimVerdict:
        best = supports[0]
        together = len(supports) if best.result.verdict is not Verdict.SUPPORTED else 1
        corrections = [self._corrections.of(item.sentence) for item in supports]
        if all(corrections):
            correction = corrections[0]
            assert correction is not None
            theirs = [item for item in against if item.sentence.passage.article_id == correction.article_id]
            evidence = evidence_of(supports[:2], theirs[:1] or self._correcting(correction, statement))
            return ClaimVerdict(
                placed,
                Verdict.CONFLICTING,
                wording.corrected(best.sentence.passage.title, correction.title, lang),
                (),
                evidence,
            )
        clean = [item for item, correction in zip(supports, corrections, strict=True) if correction is None]
        best = clean[0]
        pair = next(self._disputes(statement, clean, against), None)
        if pair is not None:
            mine, other, differences = pair
            reason = wording.conflicting_sources(
                mine.sentence.passage.title, other.sentence.passage.title, differences, lang
            )
            return ClaimVerdict(
                placed,
                Verdict.CONFLICTING,
                reason,
                _distinct(differences),
                evidence_of([mine, *(item for item in clean[:1] if item is not mine)], [other]),
            )
        shown = supports if together > 1 else clean[:2]
        reason = wording.supported(best.sentence.passage.title, lang, verbatim=best.result.verbatim, sources=together)
        return ClaimVerdict(placed, Verdict.SUPPORTED, reason, (), evidence_of(shown, []))

    def _disputes(
        self, statement: Statement, supports: Sequence[Judged], against: Sequence[Judged]
    ) -> Iterator[tuple[Judged, Judged, tuple[Difference, ...]]]:
        """Pairs of a support and what disputes it: sentences at hand, rows of the same fact, then a further search."""
        yield from self._told(statement, supports, against)
        yield from self._rows(statement, supports)
        if statement.quantities and statement.names and not all(item.result.verbatim for item in supports):
            yield from self._told(statement, supports, self._counter(statement))

    def _told(
        self, statement: Statement, supports: Sequence[Judged], others: Sequence[Judged]
    ) -> Iterator[tuple[Judged, Judged, tuple[Difference, ...]]]:
        articles = {item.sentence.passage.article_id for item in supports}
        for other in others:
            if other.result.verdict is not Verdict.CONTRADICTED or self._corrections.of(other.sentence) is not None:
                continue
            if other.sentence.passage.spec is None and other.sentence.passage.article_id in articles:
                continue  # one article that has both tells them apart
            for item in supports:
                if conflicts(other, item, statement, self._reader):
                    yield item, other, other.result.differences

    def _rows(
        self, statement: Statement, supports: Sequence[Judged]
    ) -> Iterator[tuple[Judged, Judged, tuple[Difference, ...]]]:
        """Rows of the same sheet that give the supporting row's attribute another value."""
        for item in supports:
            mine = item.sentence.passage.spec
            if mine is None or item.result.verbatim:
                continue
            for sentence in self._reader.sheet(self._library, item.sentence.passage):
                theirs = sentence.passage.spec
                if theirs is None or not same_fact(mine, theirs) or self._corrections.of(sentence) is not None:
                    continue
                found = other_value(statement, item, sentence)
                if found is not None and not told_apart(statement, mine, theirs, self._reader):
                    result = PairVerdict(Verdict.CONTRADICTED, item.result.coverage, (found,))
                    yield item, Judged(sentence, result, item.rank), (found,)

    def _correcting(self, correction: Passage, statement: Statement) -> list[Judged]:
        sentences = self._reader.sentences(correction)
        return (
            [Judged(sentences[0], judge(statement, sentences[0].statement, sentences[0].context), 0)]
            if sentences
            else []
        )


def _turned(item: Judged) -> bool:
    """Whether a sentence has the opposite of what the claim says."""
    return any(difference.kind == "polarity" for difference in item.result.differences)


def _distinct(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    return tuple(dict.fromkeys(differences))


def evidence_of(supports: Sequence[Judged], against: Sequence[Judged]) -> tuple[Evidence, ...]:
    """The places of both sides, each once, with their stance."""
    made: list[Evidence] = []
    seen: set[tuple[str, int, int]] = set()
    for stance, items in (("for", supports), ("against", against)):
        for item in items:
            sentence = item.sentence
            key = (sentence.passage.article_id, sentence.start, sentence.end)
            if key in seen:
                continue
            seen.add(key)
            made.append(Evidence(cite(sentence.passage, sentence.start, sentence.end, marker=len(made) + 1), stance))
    return tuple(made)
