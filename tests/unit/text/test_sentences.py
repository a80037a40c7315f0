"""Where sentences end, case by case. ``|`` in the table stands for a cut."""

from __future__ import annotations

import pytest

from assistant.text.sentences import split_sentences

JAPANESE = [
    "はい。|いいえ。",
    "「行く。」と言った。|帰った。",
    "彼は言った。|「行く。」と。",
    "A社は「B。C」と述べた。",
    "『本。』を読む。|次。",
    "彼は「そうだ」。|次。",
    "「A」。|「B」。",
    "「彼は『行く。』と言った。」と聞いた。|次。",
    "（詳細は後述。）次に進む。|次。",
    "彼（記者。）は帰った。|終わり。",
    "【速報。】出た。|次。",
    "[注。]あり。|次。",
    "〈注。〉と〔注。〕と《注。》がある。|次。",
    "“行く。”と言った。|次。",
    "彼は“Go.” と言った。|次。",
    "｢行く｡｣と言った｡|次｡",
    "「閉じない括弧。|次の文。",
    "（「閉じない）内側。|次。",
    "「外（中」のまま。|次。",
    "終わり」。|次。",
    "終わり。）|次",
    "本当に？！|はい。",
    "はい！！！|次。",
    "すごい!|次。",
    "すごい! |次。",
    "それは何?|それは本。",
    "What is it?|それは何。",
    "そう……。|次へ。",
    "そう…。|でも。",
    "え…そうか。|次。",
    "……。",
    "笑（笑）。|次。",
    "速度は4.9TB/sだ。|容量は144GB。",
    "価格は1.5倍。|安い。",
    "価格は１．５倍。|安い。",
    "価格は1,200円。|税別。",
    "Ver.2.0を公開した。|次。",
    "これは.NETです。|使う。",
    "https://example.com/a.b?c=d を見る。|次。",
    "３．結論",
    "１．背景\n２．目的",
    "1. 最初の項目\n|2. 次の項目",
    "見出し\n本文です。",
    "見出し\n\n|本文です。",
    "見出し\n　\n|本文です。",
    "一文目。\n|二文目。",
    "これは文の\n途中で改行。|次。",
    "第1章。|第2章。",
    "終了｡|次",
    "了．|次",
    "。。|次",
    "質量は1.2kg（ケーブルを除く。）です。|次。",
]

ENGLISH = [
    "It works. |It scales.",
    "He left.Next one.",
    "It costs $3.5 million. |Cheap.",
    "Version 2.0. |Released today.",
    "2.52 petaFLOPS. |Good.",
    "He is 5. |She is 6.",
    "No. 5 is alive. |It runs.",
    "No.5 is out. |Good.",
    "No. |That is wrong.",
    "pp. 5-6 say so. |Yes.",
    "Fig. 3 shows it. |See Fig. 4.",
    "He works in the U.S. government. |It is big.",
    "He works in the U.S. |The firm grew.",
    "U.K. and U.S. leaders met. |They spoke.",
    "Dr. Smith arrived. |He left.",
    "Mr. X met Mrs. Young. |They left.",
    "J. R. Smith arrived. |He sat.",
    "Acme Inc. announced it. |Fine.",
    "Acme Inc. |The firm grew.",
    "Jan. 5 was cold. |Feb. 6 too.",
    "Open at 5 p.m. Monday. |Then closed.",
    "Open at 5 p.m. |The show began.",
    "Chips, boards, etc. |And so on.",
    "Use e.g. this one. |Next.",
    "That is, i.e. that. |End.",
    "A vs. B is on. |Ok then.",
    "I am I. |You are you.",
    "Wait... what? |Yes!",
    "...and then it ended. |Ok.",
    "Really?! |Yes.",
    "Is it A? |B? |C?",
    "Visit example.com. |Now.",
    '"Stop." |He left.',
    '"Stop." he said. |He left.',
    'He said "Stop." |Then left.',
    "“Stop.” |He left.",
    "“Stop,” he said. |“It was hard.” |He left.",
    "“Stop.” he said.",
    "“Is it?” |She asked why.",
    "“Acme Inc.” Shares rose. |Much.",
    "He said ‘Stop.’ |Then left.",
    "It grew (see Fig. 3.) and fell. |Then rose.",
    "1. First item\n|2. Second item",
    "Heading without stop\n\n|The text. |More.",
    "First line.\n|Second line.",
    "wrapped\nline. |Next.",
    "Hello world",
    "A.",
    "The end.”",
]


@pytest.mark.parametrize("marked", JAPANESE + ENGLISH)
def test_sentence_ends(marked: str) -> None:
    text = marked.replace("|", "")
    expected = [part.strip() for part in marked.split("|")]
    assert [text[start:end] for start, end in split_sentences(text)] == expected


@pytest.mark.parametrize("text", ["", " ", "\n\n", "　\n　"])
def test_nothing_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


def test_offsets_stay_within_the_asked_range() -> None:
    text = "一。二。三。"
    assert split_sentences(text, 2, 5) == [(2, 4), (4, 5)]


def test_the_range_is_all_that_counts() -> None:
    # The bracket that opens before the range is not seen.
    text = "（前。後。）"
    assert split_sentences(text, 1, 5) == [(1, 3), (3, 5)]


def test_a_long_text_without_an_end_is_quick() -> None:
    text = "（「" * 20_000
    assert split_sentences(text) == [(0, 40_000)]
