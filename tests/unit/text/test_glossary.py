"""The glossary: finding terms, and errors that name the line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.text.glossary import EMPTY, Glossary, Mention, Term, load_glossary
from assistant.text.normalise import normalise

MEMORY = Term(("メモリ容量", "memory capacity", "RAM"), reading="めもりようりょう")
BARE_MEMORY = Term(("メモリ", "memory"))
GPU = Term(("GPU", "グラフィックスプロセッサ"))
GLOSSARY = Glossary((MEMORY, BARE_MEMORY, GPU))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("メモリ容量は？", [("メモリ容量", MEMORY)]),
        ("メモリの容量", [("メモリ", BARE_MEMORY)]),
        ("ﾒﾓﾘ容量とメモリ", [("メモリ容量", MEMORY), ("メモリ", BARE_MEMORY)]),
        ("Memory Capacity", [("memory capacity", MEMORY)]),
        ("the memory", [("memory", BARE_MEMORY)]),
        ("memoryless", []),
        ("dram", []),
        ("RAMが144GB", [("ram", MEMORY)]),
        ("GPUs", []),
        ("GPU2", []),
        ("このGPUは", [("gpu", GPU)]),
        ("めもりようりょう", [("めもりようりょう", MEMORY)]),
        ("", []),
    ],
)
def test_mentions(text: str, found: list[tuple[str, Term]]) -> None:
    mentions = GLOSSARY.mentions(text)
    assert [(normalise(text)[m.start : m.end], m.term) for m in mentions] == found


def test_mentions_never_overlap() -> None:
    assert GLOSSARY.mentions("メモリ容量メモリ") == [Mention(0, 5, MEMORY), Mention(5, 8, BARE_MEMORY)]


def test_the_empty_glossary_finds_nothing() -> None:
    assert EMPTY.mentions("メモリ容量") == []


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "terms.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "terms:\n- {ja: 帯域幅, en: bandwidth, synonyms: [BW, 帯域幅], reading: たいいきはば, note: 'TB/s'}\n"
        "- {ja: 推論, en: inference}\n",
    )
    assert load_glossary(path).terms == (
        Term(("帯域幅", "bandwidth", "BW"), "たいいきはば", "TB/s"),
        Term(("推論", "inference")),
    )


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path, "terms: []\n")
    assert load_glossary(path).terms == ()
    path.write_text("terms:\n- {ja: 推論, en: inference}\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert len(load_glossary(path).terms) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("terms:\n- {ja: 推論, en: inference}\n- {ja: 学習}\n", "terms.yaml, line 3 needs at least two spellings"),
        ("terms:\n- ja: 推論\n  en: inference\n  jp: 推論\n", "terms.yaml, line 2 has an unknown key 'jp'"),
        ("terms:\n\n- 推論\n", "terms.yaml, line 3 is not a mapping"),
        ("terms:\n- {ja: 推論, en: inference, synonyms: BW}\n", "line 2 is 'BW', not a list"),
        ("terms:\n- {ja: 2026-13-45, en: date}\n", "terms.yaml, line 2"),
        ("terms:\n- {? [a] : b, ja: 推論}\n", "terms.yaml, line 2"),
        ("terms:\n- {ja: '推論\n", "line 2"),
        ("words: []\n", "has no list `terms:`"),
        ("", "has no list `terms:`"),
        ("- a\n", "has no list `terms:`"),
        ("terms: 3\n", "has no list `terms:`"),
    ],
)
def test_a_wrong_entry_is_named_by_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_glossary(write(tmp_path, text))
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_one_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none.yaml' cannot be read: No such file.* Correct `glossary`"):
        load_glossary(tmp_path / "none.yaml")
    path = tmp_path / "sjis.yaml"
    path.write_bytes("terms: [推論]".encode("cp932"))
    with pytest.raises(ConfigError, match="cannot be read"):
        load_glossary(path)
