import math

import pytest

from evals.metrics import (
    area_under,
    bootstrap_interval,
    calibration,
    design_effect,
    hit_at,
    latency_quantile,
    macro_f1,
    mcnemar,
    ndcg,
    paired_bootstrap,
    rate,
    reciprocal_rank,
    risk_coverage,
    wilson,
)

Z2 = 1.959963984540054**2


def test_wilson_of_eight_in_ten() -> None:
    # centre (0.8 + z²/20) / (1 + z²/10), spread z·sqrt(0.016 + z²/400) / (1 + z²/10)
    assert wilson(8, 10) == pytest.approx((0.490162, 0.943318), abs=1e-6)


def test_wilson_of_nothing_and_of_everything() -> None:
    assert wilson(0, 10) == pytest.approx((0.0, Z2 / (10 + Z2)))
    assert wilson(10, 10) == pytest.approx((10 / (10 + Z2), 1.0))


def test_wilson_bounds_are_where_the_score_test_has_p_005() -> None:
    for successes, n in ((1, 7), (30, 40), (399, 400)):
        for bound in wilson(successes, n):
            score = (successes / n - bound) / math.sqrt(bound * (1 - bound) / n)
            assert abs(score) == pytest.approx(math.sqrt(Z2))


@pytest.mark.parametrize(("successes", "n"), [(1, 0), (-1, 5), (6, 5)])
def test_wilson_refuses_what_is_no_proportion(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="not a proportion"):
        wilson(successes, n)


def test_rate() -> None:
    measured = rate([True, False, True, True])
    assert (measured.n, measured.value) == (4, 0.75)
    assert (measured.low, measured.high) == wilson(3, 4)
    assert rate([1, 0.5, 0, 0.5]).value == 0.5
    assert rate([]) == rate(iter(()))
    assert rate([]).value is None
    with pytest.raises(ValueError, match=r"outside \[0, 1\]: \[1.5\]"):
        rate([0.5, 1.5])


def test_ranks() -> None:
    ranked = ("a", "b", "c", "b")
    assert hit_at(ranked, {"a"}, 1)
    assert not hit_at(ranked, {"b", "c"}, 1)
    assert hit_at(ranked, {"c"}, 3)
    assert not hit_at(ranked, {"c"}, 2)
    assert reciprocal_rank(ranked, {"c", "b"}, 10) == 1 / 2
    assert reciprocal_rank(ranked, {"c"}, 10) == 1 / 3
    assert reciprocal_rank(ranked, {"c"}, 2) == 0
    assert reciprocal_rank((), {"c"}, 10) == 0


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 1, 2 * 7 / 64), (1, 5, 2 * 7 / 64), (6, 0, 2 / 64), (3, 3, 1.0)],
)
def test_mcnemar(lost: int, gained: int, p: float) -> None:
    assert mcnemar(lost, gained) == pytest.approx(p)


def test_design_effect_of_whole_clusters_is_their_size() -> None:
    # Four clusters of five equal values: the residual of a cluster is five times that of a value.
    values = [1.0] * 5 + [0.0] * 5 + [1.0] * 5 + [0.0] * 5
    clusters = [number // 5 for number in range(20)]
    # between: 4 * 2.5² * 4/3; independent: 20 * 0.25 * 20/19
    assert design_effect(values, clusters) == pytest.approx((4 * 6.25 * 4 / 3) / (5 * 20 / 19))


def test_design_effect_is_at_least_one() -> None:
    assert design_effect([1, 0, 1, 0], ["a", "a", "b", "b"]) == 1  # clusters that balance out gain nothing
    assert design_effect([1, 1, 1], ["a", "b", "c"]) == 1
    assert design_effect([1, 0], ["a", "a"]) == 1


def test_clusters_widen_the_interval() -> None:
    values = [True] * 5 + [False] * 5
    alone, together = rate(values), rate(values, ["a"] * 5 + ["b"] * 5)
    assert alone.value == together.value == 0.5
    assert alone.n == together.n == 10
    assert together.low is not None
    assert alone.low is not None
    assert together.low < alone.low


def test_ndcg_counts_each_gold_item_once() -> None:
    assert ndcg(("a", "b"), {"a"}, 10) == 1
    assert ndcg(("b", "a"), {"a"}, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg(("a", "a", "b"), {"a", "b"}, 10) == pytest.approx((1 + 1 / 2) / (1 + 1 / math.log2(3)))
    assert ndcg(("x",), {"a"}, 10) == 0
    assert ndcg((), set(), 10) == 0


def test_macro_f1() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b")]
    assert macro_f1(pairs) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert macro_f1([("a", "b")]) == 0
    with pytest.raises(ValueError, match="no pairs"):
        macro_f1([])


def test_the_bootstrap_draws_whole_clusters_and_repeats() -> None:
    values = [1.0, 1.0, 0.0, 0.0]

    def mean(drawn: list[float]) -> float:
        return sum(drawn) / len(drawn)

    whole = bootstrap_interval(values, ["a", "a", "b", "b"], mean)
    assert whole == (0.0, 1.0)  # both draws may be the same cluster
    assert bootstrap_interval(values, ["a", "a", "b", "b"], mean) == whole
    assert bootstrap_interval([1.0, 1.0], ["a", "b"], mean) == (1.0, 1.0)


def test_risk_and_coverage() -> None:
    points = risk_coverage([(0.9, True), (0.8, False), (0.8, True), (0.1, False)])
    assert points == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert area_under(points) == pytest.approx(0.5 / 3 + 0.25 * 0.5)
    assert risk_coverage([]) == []
    assert area_under([]) is None


def test_calibration_groups_from_the_least_confident_up() -> None:
    answers = [(0.9, True), (0.1, False), (0.8, True), (0.2, True)]
    assert calibration(answers, 2) == [(pytest.approx(0.15), 0.5, 2), (pytest.approx(0.85), 1.0, 2)]
    assert calibration([], 2) == []


def test_paired_bootstrap_compares_common_cases() -> None:
    before = {f"c{n}": False for n in range(20)}
    now = dict.fromkeys(before, True) | {"new": False}
    assert paired_bootstrap(before, now, {}) == (1.0, 1.0, 1.0)
    assert paired_bootstrap({}, now, {}) == (0.0, 0.0, 0.0)
    change, low, high = paired_bootstrap(before, before | {"c0": True}, {})
    assert change == pytest.approx(0.05)
    assert low == 0 < high


def test_latency_quantile_is_a_measured_value() -> None:
    assert latency_quantile([5, 1, 3, 2], 0.5) == 2
    assert latency_quantile([5, 1, 3, 2], 0.95) == 5
    assert latency_quantile([], 0.5) is None
