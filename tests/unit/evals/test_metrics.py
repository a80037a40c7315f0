import math

import pytest

from evals.metrics import contains, exact, fold, hit_at, mcnemar, rate, reciprocal_rank, wilson

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
    ("text", "folded"),
    [
        ("１，８３５ TFLOPS", "1835tflops"),
        ("1,000,000個", "1000000個"),
        ("a, b", "a,b"),
        ("12,5", "12,5"),
        ("㌔", "キロ"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("text", "expected", "found"),
    [
        ("容量は144 GB（チップ1個）", "144GB", True),
        ("1144 GB", "144GB", False),
        ("1.144 GB", "144GB", False),
        ("約2,517TFLOPSだ", "2517 TFLOPS", True),
        ("2006年", "2006", True),
        ("2006.5", "2006", False),
        ("20065", "2006", False),
        ("It was made in 2006.", "2006", True),
        ("NVLink Fusionを使う", "nvlink fusion", True),
        ("", "x", False),
    ],
)
def test_contains(text: str, expected: str, found: bool) -> None:
    assert contains(text, expected) is found


def test_exact() -> None:
    assert exact("2,517 TFLOPS", ["2517TFLOPS"])
    assert not exact("2,517 TFLOPS（密）", ["2517TFLOPS"])
    assert not exact(None, ["x"])


@pytest.mark.parametrize(
    ("lost", "gained", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 1, 2 * 7 / 64), (1, 5, 2 * 7 / 64), (6, 0, 2 / 64), (3, 3, 1.0)],
)
def test_mcnemar(lost: int, gained: int, p: float) -> None:
    assert mcnemar(lost, gained) == pytest.approx(p)
