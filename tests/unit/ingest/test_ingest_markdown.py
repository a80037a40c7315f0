"""Markdown articles: what a reader sees, with front matter as the article's head."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest import SourceFile, load
from assistant.types import Article, BlockKind, Refusal, Source, SpecRow

SHARED = Path(__file__).parents[4] / "shared" / "articles" / "2025-12-03-aws-trainium3.md"
K = BlockKind


def read(tmp_path: Path, text: str, name: str = "2025-12-03-memo.md") -> Article:
    item = read_any(tmp_path, text, name)
    assert isinstance(item, Article), item
    return item


def read_any(tmp_path: Path, text: str, name: str = "2025-12-03-memo.md") -> Article | Refusal:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    (item,) = load(SourceFile(path, tmp_path))
    return item


def blocks(article: Article) -> list[tuple[BlockKind, str]]:
    return [(block.kind, article.text[block.start : block.end]) for block in article.blocks]


def test_the_head_of_a_jekyll_post(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "---\n"
        "layout: post\n"
        'title: "AWS「Trainium3」を読む"\n'
        "date: 2025-12-03 03:14:15 +0000\n"
        "updated: 2025-12-04 09:00 +0900\n"
        "categories: [投資分析]\n"
        'tags: ["AI", "チップ"]\n'
        "author: ALLFORCES編集部\n"
        "excerpt: 詳細に分析します。\n"
        "permalink: /posts/1/\n"
        "licence: CC BY 4.0\n"
        "sources:\n  - 総務省\n  - {title: AWS Neuron, url: 'https://example.com/n'}\n"
        "corrects: 前の記事、その1\nsupersedes: [a, b]\nwithdrawn: true\nembargo_until: 2025-12-05\n"
        "reading_time: 8\n"
        "---\n\n本文。\n",
    )
    assert article.text == (
        "AWS「Trainium3」を読む\n\n"
        "著者: ALLFORCES編集部\n"
        "公開日: 2025-12-03 03:14 (UTC+00:00)\n"
        "更新日: 2025-12-04 09:00 (UTC+09:00)\n"
        "カテゴリー: 投資分析\n"
        "タグ: AI、チップ\n"
        "概要: 詳細に分析します。\n"
        "出典: 総務省、AWS Neuron\n\n"
        "本文。"
    )
    metadata = article.metadata
    assert metadata.published == "2025-12-03T03:14:15+00:00"
    assert metadata.updated == "2025-12-04T09:00:00+09:00"
    assert metadata.sources == (Source("総務省"), Source("AWS Neuron", "https://example.com/n"))
    assert (metadata.url, metadata.licence) == ("/posts/1/", "CC BY 4.0")
    assert (metadata.corrects, metadata.supersedes) == (("前の記事、その1",), ("a", "b"))
    assert (metadata.withdrawn, metadata.embargo_until) == (True, "2025-12-05")
    assert (article.article_id, article.id_is_explicit, article.lang) == ("2025-12-03-memo", False, "ja")


def test_labels_are_in_the_articles_language(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "---\nid: memo-1\ntitle: A memo\nlang: en-US\nauthor: Desk\npublished: 2025-12\ncategory: Chips\n"
        "tags: Machine Learning, AI\nexcerpt: Short.\nsources: Reuters\n---\n- 大容量\n",
    )
    assert article.text == (
        "A memo\n\nAuthor: Desk\nPublished: 2025-12\nCategory: Chips\nTags: Machine Learning, AI\n"
        "Summary: Short.\nSources: Reuters\n\n- 大容量"
    )
    assert (article.lang, article.article_id, article.id_is_explicit) == ("en", "memo-1", True)


def test_markup_is_gone_and_nothing_is_normalised(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "---\ntitle: 題\n---\n"
        "**「牙城」**は*崩れ*る。[詳細](https://example.com)と![写真の説明](a.png)、`x *y*`、~~誤~~、ＡＢＣ　㌔ ｶﾞ &amp; 1\\*2。\n"
        "次の<br>行<b>太字</b><!-- 注 --><ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>\n",
    )
    assert blocks(article)[1:] == [
        (
            K.PARAGRAPH,
            "「牙城」は崩れる。詳細と写真の説明、x *y*、誤、ＡＢＣ　㌔ ｶﾞ & 1*2。\n次の\n行太字漢字（かんじ）",
        )
    ]


def test_every_kind_of_block(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "---\ntitle: 題\n---\n"
        "## 見出し *2*\n\n- 一\n  続き\n- 二\n\n  段落\n\n  3. 子\n\n> 引用\n\n"
        "| 項目 | 値 |\n|---|--:|\n| **価格** | 100円 |\n\n"
        "```python\n    x = 1\n\ny\n```\n\n"
        '<div class="note"><p>囲み</p><script>x()</script></div>\n\n<!-- more -->\n\n'
        "本文[^1]と[^b]。\n\n[^1]: 出典\n[^b]: 二つめ\n",
    )
    assert blocks(article)[1:] == [
        (K.HEADING, "見出し 2"),
        (K.LIST_ITEM, "・一\n続き"),
        (K.LIST_ITEM, "・二"),
        (K.LIST_ITEM, "段落"),
        (K.LIST_ITEM, "3. 子"),
        (K.QUOTE, "引用"),
        (K.TABLE_HEADER, "項目 | 値"),
        (K.TABLE_ROW, "価格 | 100円"),
        (K.CODE, "    x = 1\n\ny"),
        (K.PARAGRAPH, "囲み"),
        (K.PARAGRAPH, "本文（注1）と（注2）。"),
        (K.FOOTNOTE, "（注1）出典"),
        (K.FOOTNOTE, "（注2）二つめ"),
    ]
    row = article.blocks[8]
    assert [(cell.header, article.text[cell.start : cell.end]) for cell in row.cells] == [
        ("項目", "価格"),
        ("値", "100円"),
    ]
    assert (row.table, row.row) == (1, 1)


@pytest.mark.parametrize("line", ["---END---", "以上", "（了）", "-30-", "###", "END", "***", "・・・", "FIN"])
def test_lines_that_only_end_something_are_separators(tmp_path: Path, line: str) -> None:
    article = read(tmp_path, f"---\ntitle: 題\n---\n本文。\n\n{line}\n\n続き。\n")
    assert blocks(article)[1:] == [(K.PARAGRAPH, "本文。"), (K.SEPARATOR, line), (K.PARAGRAPH, "続き。")]


def test_separators_right_below_a_paragraph(tmp_path: Path) -> None:
    article = read(
        tmp_path, "---\ntitle: 題\n---\n本文。\n以上\n\n見出しではない。\n---\n\n{: .note}\n\n{% include ad.html %}\n"
    )
    assert blocks(article)[1:] == [
        (K.PARAGRAPH, "本文。"),
        (K.SEPARATOR, "以上"),
        (K.PARAGRAPH, "見出しではない。"),
        (K.SEPARATOR, "---"),
    ]


def test_a_whole_page_of_html_inside_markdown(tmp_path: Path) -> None:
    article = read(tmp_path, "<html><head><title>x</title></head><body>\n<p>本文。</p>\n</body></html>\n")
    assert blocks(article) == [(K.TITLE, "2025-12-03-memo"), (K.PARAGRAPH, "本文。")]


@pytest.mark.parametrize("first", ["# 題 です\n", "題です\n", "**題です**\n", "題です\n=====\n"])
def test_a_body_that_starts_with_the_title_does_not_repeat_it(tmp_path: Path, first: str) -> None:
    article = read(tmp_path, f"---\ntitle: 題です\n---\n\n{first}\n本文。\n\n題です\n")
    assert blocks(article) == [(K.TITLE, "題です"), (K.PARAGRAPH, "本文。"), (K.PARAGRAPH, "題です")]


def test_without_front_matter_the_first_heading_is_the_title(tmp_path: Path) -> None:
    article = read(tmp_path, "# 見出しの *題*\r\n\r\n本文。\r\n")
    assert article.title == "見出しの 題"
    assert blocks(article) == [(K.TITLE, "見出しの 題"), (K.PARAGRAPH, "本文。")]


def test_without_any_heading_the_file_name_is_the_title(tmp_path: Path) -> None:
    article = read(tmp_path, "本文。\n", name="か\u3099す 会社(新).md")
    assert (article.title, article.article_id) == ("がす 会社(新)", "がす-会社-新")


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("---\ntitle: a\ndate: [x\nb: 1\n---\nbody", 4, "broken YAML"),
        ("---\ntitle: a\ndate: 2025-13-01\n---\nbody", 3, "'2025-13-01' is not a date"),
        ("---\ntitle: a\n\nwithdrawn: maybe\n---\nbody", 4, "'withdrawn' must be true or false, not 'maybe'"),
        ("---\ntitle: a\nembargo_until: soon\n---\nbody", 3, "'embargo_until' 'soon' is not a date"),
        ("---\ntitle: a\ntitle: b\n---\nbody", 3, "'title' stands twice"),
        ("---\ntitle: {a: b}\n---\nbody", 2, "'title' must be a text"),
        ("---\na: &x [1]\nb: *x\n---\nbody", 2, "aliases"),
        ("---\n- a\n---\nbody", 2, "'key: value' lines"),
        ("---\ntitle: a\nbody without an end", 1, "never closed"),
    ],
)
def test_a_broken_front_matter_is_refused_with_its_line(tmp_path: Path, text: str, line: int, reason: str) -> None:
    refusal = read_any(tmp_path, text)
    assert isinstance(refusal, Refusal)
    assert refusal.line == line
    assert refusal.reason.startswith("broken front matter: ")
    assert reason in refusal.reason


@pytest.mark.parametrize("text", ["", "---\ntitle: a\n---\n", "---\ntitle: a\n---\n\n---\n", "<!-- -->\n"])
def test_no_text_is_refused(tmp_path: Path, text: str) -> None:
    refusal = read_any(tmp_path, text)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "the article has no text"


def test_a_spec_sheet_in_markdown(tmp_path: Path) -> None:
    article = read(
        tmp_path,
        "---\ntitle: Trainium3 仕様\nentity: Trainium3\naliases: [トレイニアム3, Trn3 chip]\nvendor: AWS\n"
        "sources:\n  neuron: {title: AWS Neuron documentation, url: 'https://example.com/n'}\n---\n"
        "前書き。\n\n"
        "| 項目 | 値 | 単位 | 条件 | 時点 | 出典 | attribute_en |\n|---|---|---|---|---|---|---|\n"
        "| メモリ容量 | 144 | GB | チップ1個当たり | 2025-12 | neuron | HBM capacity |\n"
        "| 価格 | 非公表 | | | | | |\n\n"
        "| 版 | 日付 |\n|---|---|\n| 初版 | 12月 |\n",
    )
    assert article.text == (
        "Trainium3 仕様\n\n別名: トレイニアム3、Trn3 chip\n開発元: AWS\n出典: AWS Neuron documentation\n\n前書き。\n\n"
        "Trainium3のメモリ容量（HBM capacity）: 144 GB（チップ1個当たり）［2025-12時点、出典: AWS Neuron documentation］\n"
        "Trainium3の価格: 非公表\n\n版 | 日付\n初版 | 12月"
    )
    assert [block.spec for block in article.blocks if block.spec] == [
        SpecRow(
            entity="Trainium3",
            attribute="メモリ容量",
            value="144",
            unit="GB",
            conditions="チップ1個当たり",
            attribute_alt="HBM capacity",
            as_of="2025-12",
            source="AWS Neuron documentation",
            source_url="https://example.com/n",
            entity_aliases=("トレイニアム3", "Trn3 chip"),
        ),
        SpecRow(entity="Trainium3", attribute="価格", value="非公表", entity_aliases=("トレイニアム3", "Trn3 chip")),
    ]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_the_article_the_project_began_with() -> None:
    (article,) = load(SourceFile(SHARED, SHARED.parent))
    assert isinstance(article, Article)
    assert article.title == article.text.split("\n", 1)[0]
    assert article.title.startswith("AWS「Trainium3」")
    assert article.text.count(article.title) == 1
    assert article.metadata.published == "2025-12-03T02:21:37+00:00"
    assert "公開日: 2025-12-03 02:21 (UTC+00:00)" in article.text
    assert "（TCO）の再評価は避けて通れません。" in article.text
    assert "**" not in article.text
    kinds = [block.kind for block in article.blocks]
    assert kinds.count(K.SEPARATOR) == 2
    assert kinds[-1] is K.SEPARATOR
    assert article.text.endswith("各チップのTCOを比較検討する時期\n\n---END---")
    assert article.text.count("そう簡単に崩れるものではありません。") == 2
