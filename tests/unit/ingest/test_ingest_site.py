"""Jekyll and Hugo folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.ingest import SourceFile, discover, load
from assistant.types import Article, Refusal

JEKYLL = {
    "_config.yml": "title: 編集部\nurl: https://example.com\nbaseurl: /blog\ntimezone: Asia/Tokyo\nexclude: [notes]\n",
    "_posts/2025-04-08-aurora-x2.md": "---\ntitle: X2\ncategories: [半導体, Chips]\n---\n本文。\n",
    "_posts/2025-04-09-late.md": "---\ntitle: 夜\ndate: 2025-04-08 16:30:00 +0000\npermalink: /yoru/:title/\n---\n夜の本文。\n",
    "_posts/2025-04-10-hidden.md": "---\ntitle: 隠す\npublished: false\n---\n見せない。\n",
    "_posts/readme-of-posts.md": "書き方。\n",
    "_drafts/idea.md": "# 案\n\n下書き。\n",
    "_layouts/post.html": "<html>{{ content }}</html>",
    "_site/2025/04/08/aurora-x2.html": "<html><body><article><p>本文。</p></article></body></html>",
    "_includes/head.md": "部品。\n",
    "about.md": "---\ntitle: 編集部について\npermalink: /about/\n---\n編集部は旭川市にある。\n",
    "notes/a.md": "除外。\n",
    "index.md": "---\nlayout: home\n---\n{% for post in site.posts %}{% endfor %}\n",
    "assets/data.csv": "a,b\n1,2\n",
    "Gemfile": "gem 'jekyll'\n",
}
HUGO = {
    "hugo.toml": 'baseURL = "https://example.org/"\n[permalinks]\nnews = "/:year/:month/:slug/"\n',
    "content/posts/First Post.md": '+++\ntitle = "First"\ndate = 2025-04-08T09:00:00+09:00\ntags = ["chips"]\ndraft = false\n+++\nThe plant employs 300 people.\n',
    "content/posts/bundle/index.md": "---\ntitle: Bundle\n---\nA leaf bundle.\n",
    "content/news/x2.md": "---\ntitle: X2\ndate: 2025-04-08\nslug: x2-launch\n---\nLaunched.\n",
    "content/posts/draft.md": '+++\ntitle = "Draft"\ndraft = true\n+++\nNot yet.\n',
    "content/_index.md": "---\ntitle: Home\n---\nHome.\n",
    "themes/plain/layouts/a.html": "<p>x</p>",
    "themes/plain/README.md": "theme",
    "public/posts/first-post/index.html": "<p>x</p>",
    "archetypes/default.md": "---\ndraft: true\n---\n",
}


def make(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def items(root: Path) -> tuple[dict[str, Article], list[Refusal]]:
    found, refusals = discover([root])
    articles = {}
    for source in found:
        for item in load(source):
            if isinstance(item, Article):
                articles[source.path.relative_to(root).as_posix()] = item
            else:
                refusals.append(item)
    return articles, refusals


def test_a_jekyll_folder(tmp_path: Path) -> None:
    articles, refusals = items(make(tmp_path, JEKYLL))
    assert {name: article.metadata.url for name, article in articles.items()} == {
        "_posts/2025-04-08-aurora-x2.md": "https://example.com/blog/%E5%8D%8A%E5%B0%8E%E4%BD%93/chips/2025/04/08/aurora-x2.html",
        "_posts/2025-04-09-late.md": "https://example.com/blog/yoru/late/",
        "about.md": "https://example.com/blog/about/",
    }
    assert articles["_posts/2025-04-08-aurora-x2.md"].metadata.published == "2025-04-08"
    (refusal,) = refusals
    assert Path(refusal.path).name == "2025-04-10-hidden.md"
    assert refusal.unpublished
    assert "a draft" in refusal.reason


def test_a_hugo_folder(tmp_path: Path) -> None:
    articles, refusals = items(make(tmp_path, HUGO))
    assert {name: article.metadata.url for name, article in articles.items()} == {
        "content/posts/First Post.md": "https://example.org/posts/first-post/",
        "content/posts/bundle/index.md": "https://example.org/posts/bundle/",
        "content/news/x2.md": "https://example.org/2025/04/x2-launch/",
    }
    first = articles["content/posts/First Post.md"]
    assert (first.title, first.metadata.published, first.metadata.tags) == (
        "First",
        "2025-04-08T09:00:00+09:00",
        ("chips",),
    )
    assert [Path(refusal.path).name for refusal in refusals] == ["draft.md"]


@pytest.mark.parametrize(
    ("config", "permalink", "url"),
    [
        ("", "", None),
        ("url: https://e.com\n", "", "https://e.com/2025/04/08/a.html"),
        ("url: https://e.com\npermalink: pretty\n", "", "https://e.com/2025/04/08/a/"),
        ("url: https://e.com\npermalink: /:year/:title\n", "", "https://e.com/2025/a"),
        ("url: https://e.com\npermalink: /:unknown/\n", "", None),
        ("url: https://e.com\npermalink: pretty\n", "/own/", "https://e.com/own/"),
        ("url: https://e.com\ndefaults: [{scope: {path: ''}, values: {permalink: /x/}}]\n", "", None),
        ("url: [broken\n", "", None),
    ],
)
def test_an_address_is_given_where_it_is_certain(tmp_path: Path, config: str, permalink: str, url: str | None) -> None:
    front = f"---\ntitle: a\n{f'permalink: {permalink}' if permalink else ''}\n---\n本文。\n"
    articles, _ = items(make(tmp_path, {"_config.yml": config, "_posts/2025-04-08-a.md": front}))
    assert articles["_posts/2025-04-08-a.md"].metadata.url == url


def test_the_folder_of_posts_alone_knows_its_site(tmp_path: Path) -> None:
    make(tmp_path, JEKYLL)
    found, _ = discover([tmp_path / "_posts" / "2025-04-08-aurora-x2.md"])
    (article,) = load(found[0])
    assert isinstance(article, Article)
    assert article.metadata.url is not None


def test_other_folders_are_read_whole(tmp_path: Path) -> None:
    make(tmp_path, {"config.toml": "a = 1\n", "_posts/a.md": "本文。\n", "themes/b.md": "主題。\n"})
    articles, _ = items(tmp_path)
    assert set(articles) == {"_posts/a.md", "themes/b.md"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('+++\ntitle = "a"\n', "never closed"),
        ("+++\ntitle = \n+++\nx\n", "broken front matter"),
    ],
)
def test_broken_toml_front_matter_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    (refusal,) = load(SourceFile(path, tmp_path))
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason
