"""Quotations of a draft must stand in the library word for word, and be the words of who is said to say them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.library.store import Library
from assistant.retrieve.retriever import Retriever
from assistant.text.glossary import Glossary
from assistant.text.patterns import lazy_pattern
from assistant.text.sentences import split_sentences
from assistant.text.verbatim import find_verbatim
from assistant.types import Claim, ClaimVerdict, Difference, Evidence, Hit, Passage, Verdict, cite
from assistant.verify import wording
from assistant.verify.claims import DraftClaim
from assistant.verify.speakers import parties, speakers
from assistant.verify.statement import read_statement

_VERBS_JA = "述べ|語っ|語る|話し|話す|説明|コメント|主張|強調|指摘|表明|言っ|言う|発言|明かし|明かす|答え|訴え|宣言|投稿|書い|書く|警告|呼び掛け|呼びかけ|記し|記す|伝え|評し|振り返"
_QUOTED_JA = lazy_pattern(
    rf"[「『“](?P<quote>(?:[^「」『』“”]|『[^』]*』|「[^」]*」)+)[」』”](?:など)?と(?:も|は|の|して)?(?:[^「」。]{{0,24}}?)(?:{_VERBS_JA})"
    rf"|(?:{_VERBS_JA})[^「」。]{{0,8}}[「『](?P<after>(?:[^「」『』]|『[^』]*』)+)[」』]"
)
_VERBS_EN = r"(?:said|says|say|told|stated|states|wrote|writes|added|adds|explained|explains|commented|claimed|claims|argued|noted|notes|insisted|remarked|posted|declared|warned)"
_QUOTED_EN = lazy_pattern(
    rf"[\"“](?P<first>[^\"“”]{{6,}})[\"”],?\s+(?:[^\"“”.]{{0,60}}?\b)?{_VERBS_EN}\b|\b{_VERBS_EN}\b[^\"“”]{{0,60}}?[\"“](?P<second>[^\"“”]{{6,}})[\"”]"
)
_MIN_CHARS_JA = 6
_MIN_WORDS_EN = 3
_NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation of the draft with the part of the sentence that introduces it."""

    text: str
    around: str  # the sentence without the quotation


@dataclass(frozen=True, slots=True)
class QuoteVerdict:
    """What the quotations of a claim come to; ``open`` when the words are right and what stands around them is still
    to be checked: a day, a figure, a product the source does not name there, a negation."""

    verdict: ClaimVerdict
    open: bool = False


def quotations(sentence: str) -> list[Quotation]:
    """Quotations of a sentence; a title or a term in brackets, with no verb of saying, is none."""
    found = []
    for pattern in (_QUOTED_JA, _QUOTED_EN):
        for match in pattern.finditer(sentence):
            text = next(group for group in match.groups() if group is not None).strip()
            long_enough = (
                len(text) >= _MIN_CHARS_JA if re.search(r"[぀-ヿ一-鿿]", text) else len(text.split()) >= _MIN_WORDS_EN
            )
            bare = len(text) < 15 and re.search(r"[ぁ-ん]", text) is None and not text.isascii()
            if long_enough and not bare:
                position = sentence.index(text)
                found.append(Quotation(text, sentence[:position] + " " + sentence[position + len(text) :]))
    return found


class QuoteDesk:
    """Looks quotations up in the library."""

    def __init__(self, retriever: Retriever, library: Library, glossary: Glossary) -> None:
        self._retriever = retriever
        self._glossary = glossary
        self._library = library

    def check(self, placed: Claim, claim: DraftClaim, hits: Sequence[Hit], lang: str) -> QuoteVerdict | None:
        """The verdict on the quotations of a claim; None when it has none."""
        quoted = quotations(claim.judged)
        if not quoted:
            return None
        verdicts = [self._check_one(placed, item, hits, lang) for item in quoted]
        for kind in (Verdict.CONTRADICTED, Verdict.NOT_FOUND):
            for found in verdicts:
                if found.verdict.verdict is kind:
                    return found
        return QuoteVerdict(verdicts[0].verdict, any(found.open for found in verdicts))

    def _check_one(self, placed: Claim, quoted: Quotation, hits: Sequence[Hit], lang: str) -> QuoteVerdict:
        passages = {
            hit.passage.passage_id: hit.passage for hit in [*self._retriever.retrieve(quoted.text, top_k=10), *hits]
        }
        for passage in passages.values():
            span = find_verbatim(quoted.text, passage.text)
            if span is None:
                continue
            start, end = passage.start + span[0], passage.start + span[1]
            evidence = Evidence(cite(passage, start, end, marker=1), "for")
            speaker = self._other_speaker(quoted, passage, span)
            if speaker is not None:
                claimed, found = speaker
                sentence = _sentence_around(passage, span)
                return QuoteVerdict(
                    ClaimVerdict(
                        placed,
                        Verdict.CONTRADICTED,
                        wording.quote_speaker(claimed, found, passage.title, lang),
                        (Difference("name", claimed, found),),
                        (Evidence(cite(passage, *sentence, marker=1), "against"),),
                    )
                )
            reason = wording.supported(passage.title, lang, verbatim=True)
            supported = ClaimVerdict(placed, Verdict.SUPPORTED, reason, (), (evidence,))
            return QuoteVerdict(supported, self._more_is_said(quoted, passage))
        return QuoteVerdict(self._nearest(placed, quoted, list(passages.values()), lang))

    def _more_is_said(self, quoted: Quotation, passage: Passage) -> bool:
        """Whether what stands around a quotation states something of its own."""
        rest = read_statement(quoted.around, glossary=self._glossary)
        if rest.dates or rest.quantities or rest.negated or rest.denied:
            return True
        products = [word for word in rest.names if word.model]
        if not products:
            return False
        around = read_statement(" ".join((passage.title, *passage.heading_path)), glossary=self._glossary)
        there = read_statement(passage.text, glossary=self._glossary)
        known, concepts = there.forms | around.forms, there.concepts | around.concepts
        return any(word.form not in known and word.concepts.isdisjoint(concepts) for word in products)

    def _other_speaker(self, quoted: Quotation, passage: Passage, span: tuple[int, int]) -> tuple[str, str] | None:
        """``(claimed, found)`` when the words are somebody else's."""
        claim = read_statement(quoted.around, glossary=self._glossary)
        mine = [word for word in claim.names if not word.model]
        if not mine:
            return None
        first, last = _sentence_around(passage, span)
        before = passage.text[max(0, first - passage.start - 160) : first - passage.start]
        sentence = passage.text[first - passage.start : last - passage.start].replace(
            passage.text[span[0] : span[1]], " "
        )
        source = read_statement(sentence, glossary=self._glossary)
        ours, theirs = speakers(claim), speakers(source)
        if ours and theirs:
            # A company of the same group is another speaker, wherever it is named nearby.
            if parties(ours).isdisjoint(parties(theirs)):
                return quoted.around[ours[-1].start : ours[-1].end], sentence[theirs[-1].start : theirs[-1].end]
            return None
        near = source.names
        known = {word.form for word in near} | read_statement(before).forms | read_statement(passage.title).forms
        subjects = [word for word in mine if word.role == "subject"] or mine[-1:]
        if any(word.form in known for word in subjects):
            return None
        others = [word for word in near if word.role == "subject"] or list(near)
        if not others:
            return None
        return quoted.around[subjects[-1].start : subjects[-1].end], sentence[others[-1].start : others[-1].end]

    def _nearest(self, placed: Claim, quoted: Quotation, passages: Sequence[Passage], lang: str) -> ClaimVerdict:
        best: tuple[float, Passage, int, int] | None = None
        for passage in passages:
            for start, end in _candidates(passage.text):
                if not 0.5 <= (end - start) / len(quoted.text) <= 3:
                    continue
                ratio = SequenceMatcher(None, quoted.text, passage.text[start:end], autojunk=False).ratio()
                if best is None or ratio > best[0]:
                    best = (ratio, passage, start, end)
        if best is None or best[0] < _NEAR:
            return ClaimVerdict(placed, Verdict.NOT_FOUND, wording.quote_not_found(lang))
        _, passage, start, end = best
        found = passage.text[start:end]
        return ClaimVerdict(
            placed,
            Verdict.CONTRADICTED,
            wording.quote_wrong(found, passage.title, lang),
            (Difference("quote", quoted.text, found),),
            (Evidence(cite(passage, passage.start + start, passage.start + end, marker=1), "against"),),
        )


def _candidates(text: str) -> list[tuple[int, int]]:
    spans = [(match.start(1), match.end(1)) for match in re.finditer(r"[「『\"“]([^「」『』\"“”]{6,})[」』\"”]", text)]
    return spans + split_sentences(text)


def _sentence_around(passage: Passage, span: tuple[int, int]) -> tuple[int, int]:
    """Article offsets of the sentence that holds ``span`` of the passage."""
    for start, end in split_sentences(passage.text):
        if start <= span[0] < end:
            return passage.start + start, passage.start + max(end, span[1])
    return passage.start + span[0], passage.start + span[1]


def char_diff(claimed: str, found: str) -> list[tuple[str, str]]:
    """What to strike and what to add to turn a quotation into the true one: ``(" ", "-" or "+", text)`` pairs."""
    out: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, claimed, found, autojunk=False).get_opcodes():
        if tag == "equal":
            out.append((" ", claimed[a:b]))
            continue
        if b > a:
            out.append(("-", claimed[a:b]))
        if d > c:
            out.append(("+", found[c:d]))
    return out
