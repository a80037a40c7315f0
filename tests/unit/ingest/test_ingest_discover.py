"""Which files are found, and that load never raises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.ingest import SourceFile, discover, load, supported_suffixes
from assistant.ingest.dates import WrittenDate, parse_date
from assistant.ingest.language import detect_language, language_of
from assistant.ingest.registry import _LOADERS, loader
from assistant.ingest.source import MAX_FILE_BYTES, id_from_stem
from assistant.types import Refusal


def test_folders_are_walked_in_order_and_what_is_no_article_is_skipped(tmp_path: Path) -> None:
    names = ["b.md", "a.txt", "sub/c.HTML", "sub/d.csv", ".hidden.md", ".git/e.md", "README.md", "README.ja.md"]
    names += ["LICENSE", "LICENSE.txt", "manifest.jsonl", "glossary.yaml", "photo.png", "Makefile"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("本文")
    found, refusals = discover([tmp_path / "sub", tmp_path, tmp_path / "a.txt", tmp_path / "README.md"])
    assert [(str(item.path.relative_to(tmp_path)), item.root) for item in found] == [
        ("sub/c.HTML", tmp_path / "sub"),
        ("sub/d.csv", tmp_path / "sub"),
        ("a.txt", tmp_path),
        ("b.md", tmp_path),
        ("README.md", tmp_path),
    ]
    supported = ", ".join(supported_suffixes())
    assert refusals == [
        Refusal(str(tmp_path / "Makefile"), f"no loader for a file without a suffix; supported: {supported}"),
        Refusal(str(tmp_path / "photo.png"), f"no loader for '.png'; supported: {supported}"),
    ]


def test_a_missing_path_is_refused(tmp_path: Path) -> None:
    assert discover([tmp_path / "no"]) == (
        [],
        [Refusal(str(tmp_path / "no"), "no such file or folder; check the path")],
    )


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    for folder in (outside, inside, inside / "deep"):
        folder.mkdir()
    (outside / "secret.md").write_text("x")
    (inside / "deep" / "a.md").write_text("x")
    (inside / "1.md").symlink_to(outside / "secret.md")
    (inside / "2").symlink_to(outside)
    (inside / "3.md").symlink_to(inside / "deep" / "a.md")
    (inside / "4.md").symlink_to(inside / "nowhere.md")
    (inside / "5").symlink_to(inside / "deep")
    (inside / "6").symlink_to(inside / "6")
    found, refusals = discover([inside])
    assert [item.path for item in found] == [inside / "deep" / "a.md"]
    assert sorted((Path(item.path).name, item.reason.split(";")[0]) for item in refusals) == [
        ("1.md", f"the link leads out of the folder {str(inside)!r}"),
        ("2", f"the link leads out of the folder {str(inside)!r}"),
        ("4.md", "the link leads nowhere"),
        ("6", "the link leads nowhere"),
    ]
    os.mkfifo(inside / "pipe.md")
    assert discover([inside / "pipe.md"]) == (
        [],
        [Refusal(str(inside / "pipe.md"), "not a regular file: a named pipe")],
    )


def test_load_turns_every_error_into_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = SourceFile(tmp_path / "gone.md", tmp_path)
    assert list(load(gone)) == [Refusal(str(gone.path), "cannot be read: No such file or directory")]
    assert "no loader for '.odt'" in next(iter(load(SourceFile(tmp_path / "x.odt", tmp_path)))).reason  # type: ignore[union-attr]
    deep = tmp_path / "deep.yaml"
    deep.write_text("[" * 5000)
    (refusal,) = load(SourceFile(deep, tmp_path))
    assert isinstance(refusal, Refusal)
    assert "nested too deeply" in refusal.reason
    monkeypatch.setattr("assistant.ingest.plain.find_blocks", lambda text: 1 / 0)
    odd = tmp_path / "odd.txt"
    odd.write_text("a\nb")
    assert list(load(SourceFile(odd, tmp_path))) == [
        Refusal(str(odd), "the text loader failed: ZeroDivisionError: division by zero")
    ]


def test_large_files_are_refused(tmp_path: Path) -> None:
    big = tmp_path / "big.md"
    with big.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    (refusal,) = load(SourceFile(big, tmp_path))
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("the file has 67,108,865 bytes, more than the 67,108,864")


def test_the_registry_says_what_the_loaders_say() -> None:
    for name, entry in _LOADERS.items():
        assert (loader(name).name, loader(name).suffixes) == (name, entry.suffixes)


def test_importing_the_package_imports_no_parser() -> None:
    code = "import sys, assistant.ingest; print(sorted({'lxml', 'trafilatura', 'markdown_it', 'pypdfium2', 'striprtf'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("written", "iso", "shown"),
    [
        ("2025-11-05 03:14:15 +0000", "2025-11-05T03:14:15+00:00", "2025-11-05 03:14 (UTC+00:00)"),
        ("2025-12-03T02:21:37.123Z", "2025-12-03T02:21:37+00:00", "2025-12-03 02:21 (UTC+00:00)"),
        ("2025-12-03 9:05 JST", "2025-12-03T09:05:00+09:00", "2025-12-03 09:05 (UTC+09:00)"),
        ("2025-12-03T09:05+09", "2025-12-03T09:05:00+09:00", "2025-12-03 09:05 (UTC+09:00)"),
        ("2025-12-03 09:05", "2025-12-03T09:05:00", "2025-12-03 09:05"),
        ("2025/1/3", "2025-01-03", "2025-01-03"),
        ("2025-12", "2025-12", "2025-12"),
        ("2025", "2025", "2025"),
        ("2025年12月3日", "2025-12-03", "2025年12月3日"),
        ("２０２５年１２月３日（水）９時５分", "2025-12-03T09:05:00", "２０２５年１２月３日（水）９時５分"),
        ("Dec. 3, 2025", "2025-12-03", "Dec. 3, 2025"),
        ("3 December 2025", "2025-12-03", "3 December 2025"),
    ],
)
def test_dates(written: str, iso: str, shown: str) -> None:
    assert parse_date(written) == WrittenDate(iso, shown)


@pytest.mark.parametrize(
    "written",
    ["", "soon", "2025-13-01", "2025-02-30", "12-03", "2025-12 09:00", "2025-12-03 25:00", "2025-12-03 09:00 +99"],
)
def test_what_is_no_date(written: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_date(written)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("AWSは発表した", "ja"),
        ("Trainium3 HBM3E 144 GB FP8 PFLOPS 容量", "ja"),
        ("The word kaizen (改善) is Japanese for improvement, and everybody uses it in English now.", "en"),
        ("ﾃﾞｰﾀ", "ja"),
        ("1234", "en"),
        ("", "en"),
    ],
)
def test_languages(text: str, lang: str) -> None:
    assert detect_language(text) == lang


def test_a_declared_language_wins() -> None:
    assert [language_of(code, "日本語") for code in ("en-US", "ja_JP", "EN", "fr", "", None)] == [
        "en",
        "ja",
        "en",
        "ja",
        "ja",
        "ja",
    ]


@pytest.mark.parametrize(
    ("stem", "article_id"),
    [
        ("2025-12-03_a.b", "2025-12-03_a.b"),
        ("か\u3099す 会社(新)", "がす-会社-新"),
        ("..", "article"),
        ("a//b  c", "a-b-c"),
    ],
)
def test_ids_from_file_names(stem: str, article_id: str) -> None:
    assert id_from_stem(stem) == article_id
