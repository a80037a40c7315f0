import pytest

from evals.matching import character_f1, contains, exact, fold, says


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("１，８３５ TFLOPS", "1835tflops"),
        ("1,000,000個", "1000000個"),
        ("a, b", "a,b"),
        ("12,5", "12,5"),
        ("㌔", "キロ"),
        ("2026-08-26 10:00", "2026-08-26 10:00"),
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


def test_a_date_before_a_time_is_whole() -> None:
    assert contains("公開日: 2026-08-26 10:00 (UTC+09:00)", "2026-08-26")


def test_exact() -> None:
    assert exact("2,517 TFLOPS", ["2517TFLOPS"])
    assert not exact("2,517 TFLOPS（密）", ["2517TFLOPS"])
    assert not exact(None, ["x"])
    assert exact("4,900 GB/s", ["4.9TB/s"])
    assert not exact("4.9 TB/s at most", ["4.9 TB"])


@pytest.mark.parametrize(
    ("text", "expected", "said"),
    [
        ("帯域幅は4,900GB/sになる", "4.9TB/s", True),
        ("帯域幅は4.9GB/sになる", "4.9TB/s", False),
        ("容量は144GiBだ", "144GB", False),
        ("50万ドルを払う", "500,000ドル", True),
        ("8.0 TB/s", "8TB/s", True),
        ("1.93倍", "1.94倍", False),
        ("9216 chips", "9,216", True),
        ("翌年は4.9TB/sだ", "4.9TB/sの帯域", False),
    ],
)
def test_quantities_are_compared_as_quantities(text: str, expected: str, said: bool) -> None:
    assert says(text, expected) is said


def test_character_f1() -> None:
    assert character_f1("東京都", ["東京都"]) == 1
    assert character_f1("東京", ["東京都"]) == pytest.approx(4 / 5)
    assert character_f1("大阪", ["東京都", "大阪府"]) == pytest.approx(4 / 5)
    assert character_f1(None, ["東京"]) == 0
    assert character_f1("大", ["東京"]) == 0
