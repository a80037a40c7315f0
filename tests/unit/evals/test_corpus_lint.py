from pathlib import Path

import pytest

from evals.corpus_lint import main

SHEET = """\
id: spec-x100
title: X100 仕様
entity: X100
sources:
  maker: {title: "X100 data sheet", url: "https://example.com/x100"}
rows:
  - attribute: メモリ容量
    attribute_en: HBM capacity
    value: 144
    unit: GB
    as_of: "2026-01"
    source: maker
"""
TERM = "terms:\n  - ja: 帯域幅\n    en: bandwidth\n    reading: たいいきはば\n"
ARTICLE = """\
---
id: 2026-01-02-x100
title: "X100を発表"
date: 2026-01-02 09:00:00 +0900
author: 半導体取材班
lang: ja
licence: CC-BY-4.0
sources:
  - {title: "X100 data sheet", url: "https://example.com/x100"}
---

X100の容量は144GBだ。[前の記事](2026-01-01-x99.md#a)と[外](https://example.com/)、[下](#b)。
"""
FIRST = (
    ARTICLE.replace("2026-01-02", "2026-01-01").replace("x100", "x99").replace("[前の記事](2026-01-01-x99.md#a)", "")
)


def lint(corpus: Path, article: str = ARTICLE, sheet: str = SHEET) -> int:
    (corpus / "articles").mkdir()
    (corpus / "specs").mkdir()
    (corpus / "articles" / "2026-01-02-x100.md").write_text(article, encoding="utf-8")
    (corpus / "articles" / "2026-01-01-x99.md").write_text(FIRST, encoding="utf-8")
    (corpus / "specs" / "spec-x100.yaml").write_text(sheet, encoding="utf-8")
    (corpus / "glossary.yaml").write_text(TERM, encoding="utf-8")
    return main(["--corpus", str(corpus)])


def test_a_clean_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lint(tmp_path) == 0
    assert capsys.readouterr().out == "2 articles: 0 problems\n"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("date: 2026-01-02 09:00:00 +0900\n", "", ":1: the article has no 'date'"),
        ('title: "X100を発表"', 'title: ""', ":3: the article has no 'title'"),
        ("author: 半導体取材班\n", "", ":1: the article has no 'author'"),
        ("  - {title", "  # - {title", ":8: the article has no 'sources'"),
        ("2026-01-02 09", "1.2.2026 09", ":4: date '1.2.2026 09:00:00 +0900' does not begin with YYYY-MM-DD"),
        ("date: 2026-01-02", "date: 2026-01-03", ":4: date 2026-01-03 is not that of the file's name"),
        ("id: 2026-01-02-x100", "id: x100", ":2: id 'x100' is not the file's name '2026-01-02-x100'"),
        ("lang: ja", "lang: jp", ":6: lang 'jp' is neither ja nor en"),
        ("lang: ja", "lang: ja\nlicense: x", ":7: 'license' is not a key of an article"),
        ("lang: ja", "lang: ja\ncorrects: [2026-01-09-x]", ":7: corrects '2026-01-09-x', which is no other"),
        ("lang: ja", "lang: ja\ncorrects: 2026-01-02-x100", ":7: corrects '2026-01-02-x100', which is no other"),
        ("https://example.com/x100", "example.com/x100", ":8: source {'title': 'X100 data sheet', 'url'"),
        ("2026-01-01-x99.md#a", "2026-01-01-x98.md", ":12: the link to '2026-01-01-x98.md' leads nowhere"),
        ("lang: ja", "lang: [ja", ":7: broken front matter"),
        ("---\n\nX100", "\nX100", ":1: there is no front matter"),
    ],
)
def test_each_mistake_is_named_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert old in ARTICLE
    assert lint(tmp_path, ARTICLE.replace(old, new)) == 1
    first = capsys.readouterr().out.splitlines()[0]
    assert first.startswith(str(tmp_path / "articles" / "2026-01-02-x100.md") + said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    unit: GB\n", "", ":7: メモリ容量: the figure '144' has no unit"),
        ("source: maker", "source: nobody", ":7: メモリ容量: source 'nobody' is not in `sources`"),
    ],
)
def test_sheets_are_checked_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, said: str
) -> None:
    assert lint(tmp_path, sheet=SHEET.replace(old, new)) == 1
    assert str(tmp_path / "specs" / "spec-x100.yaml") + said in capsys.readouterr().out.splitlines()


def test_links_in_code_are_no_links(tmp_path: Path) -> None:
    assert lint(tmp_path, ARTICLE + "\n```\n[x](nowhere.md)\n```\n") == 0
