from __future__ import annotations

import threading

import pytest

from assistant.text.morphemes import japanese_forms, japanese_words


def forms(text: str) -> list[str]:
    found = japanese_forms(text)
    assert found == [form for form, _ in japanese_words(text)]  # what is indexed is what is asked for
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二千八百円", ["2800", "円"]),
        ("令和七年", ["令和", "7", "年"]),
        ("二〇二五年", ["2025", "年"]),
        ("二億五千万", ["250000000"]),
        ("千人", ["1000", "人"]),
        ("80億ドル", ["億", "ドル"]),  # 80 is a Latin token
        ("3千台", ["千", "台"]),
        ("数万個", ["数", "万", "個"]),
        ("第三者", ["第", "3", "者"]),
        ("一部の三菱車", ["一部", "三菱", "車"]),  # words of the dictionary stay words
    ],
)
def test_kanji_numerals(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_words_met_again_come_out_the_same() -> None:
    """The second time they are looked up, numerals and unknown words as well."""
    text = "二億五千万台のヴァルコンティーヌス社の新機種と5つのサーバー"
    assert forms(text) == forms(text) == ["250000000", "台", "バルコンティーヌス", "社", "新", "機種", "つ", "サーバー"]


def test_latin_words_and_numbers_are_left_out() -> None:
    assert forms("trainium3は144gbのメモリを持つ") == ["メモリ", "持つ"]


def test_unknown_katakana_is_one_word_and_long_vowels_are_folded() -> None:
    assert forms("ヴァルコンティーヌス社") == ["バルコンティーヌス", "社"]  # ヴ is one spelling with バ
    assert forms("サーバー") == forms("サーバ") == forms("サーーーバー")


def test_a_long_text_is_cut_for_sudachi() -> None:
    assert forms("晴れ。" * 9000) == ["晴れ"] * 9000


def test_threads_do_not_share_a_tokenizer() -> None:
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(forms("東京の天気は晴れ" * 200))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(result == results[0] for result in results)
