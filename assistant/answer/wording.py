"""The words the extractive reader uses around quotes, in Japanese and English."""

from __future__ import annotations

_REFUSALS = {
    "ja": {
        "subject": "この質問に答えられる記事は、収録資料の中に見つかりませんでした。",
        "fact": "関連する記事はありますが、この質問の答えは書かれていません。",
        "name": "{name}についての記述は、収録資料の中に見つかりませんでした。",
        "empty": "質問を入力してください。",
        "today": "収録資料からは、いま起きていることは分かりません。最も新しい記事は{newest}付です。",
        "nothing": "まだ記事が収録されていません。",
    },
    "en": {
        "subject": "No article in the library answers this question.",
        "fact": "There are related articles, but none of them states this.",
        "name": "The library says nothing about {name}.",
        "empty": "Please type a question.",
        "today": "The library does not know what is happening now. Its newest article is dated {newest}.",
        "nothing": "No article has been indexed yet.",
    },
}


def refusal_text(reason: str, lang: str, **values: str) -> str:
    """A refusal in words. ``reason`` is subject, fact, name, empty, today or nothing."""
    return _REFUSALS["ja" if lang == "ja" else "en"][reason].format(**values)
