"""Features of a span, and their sum."""

from __future__ import annotations

import pytest

from assistant.answer.asked import what_is_asked
from assistant.answer.question import analyse_question
from assistant.answer.short_features import SpanFeatures, SpanScorer, span_features, view
from assistant.answer.short_spans import spans_of
from assistant.text.morphology import morphemes


def features(question: str, sentence: str, span: str, title: str = "") -> dict[str, float]:
    asked = what_is_asked(analyse_question(question))
    tokens, spans = spans_of(sentence)
    content = {token.form for token in morphemes(question) if token.part in ("名詞", "動詞")}
    weights = dict.fromkeys(content, 1 / len(content))
    seen = view(sentence, title, tokens, asked, weights)
    found = next(item for item in spans if sentence[item.start : item.end] == span)
    return dict(span_features(asked, seen, found, 1).items())


def test_a_figure_with_the_counter_that_is_asked_for() -> None:
    found = features("会場には何人が集まりましたか？", "会場には約150人が集まった。", "150人")
    assert found["counter_match"] == 1.0
    assert "counter_miss" not in found


def test_words_of_the_question_are_no_answer() -> None:
    found = features("駅前広場を設計したのは誰ですか？", "駅前広場は森田春子が設計した。", "駅前広場")
    assert found["asked_inside"] == 1.0
    assert found["only_asked"] == 1.0
    assert "only_asked" not in features(
        "駅前広場を設計したのは誰ですか？", "駅前広場は森田春子が設計した。", "森田春子"
    )


def test_nearness_to_the_words_asked_for_falls_with_distance() -> None:
    question = "灯台の高さは？"
    near = features(question, "灯台の高さは30メートルで、工費は5億円だった。", "30メートル")
    far = features(question, "灯台の高さは30メートルで、工費は5億円だった。", "5億円")
    assert near["asked_before"] > far["asked_before"] > 0


@pytest.mark.parametrize(("span", "inside"), [("2019年", True), ("大橋", False)])
def test_brackets(span: str, inside: bool) -> None:
    found = features("何年に開通しましたか？", "大橋（2019年開通）を渡る。", span)
    assert ("in_brackets" in found) is inside


def test_a_span_of_the_title_is_marked() -> None:
    assert "in_title" in features("誰が描きましたか？", "この絵は早川雪が描いた。", "早川雪", title="早川雪の絵")


def test_the_sum_of_weights_is_the_same_however_often_groups_come_again() -> None:
    weights = {"a": 0.5, "b": -2.0, "c": 4.0}
    scorer = SpanScorer(weights)
    found = SpanFeatures((("a", "b"), ("a", "unknown")), [("c", 0.25), ("other", 9.0)])
    expected = sum(weights.get(name, 0.0) * value for name, value in found.items())
    assert [scorer.score(found) for _ in range(3)] == [expected] * 3 == [0.0 + 0.5 - 2.0 + 0.5 + 1.0] * 3
