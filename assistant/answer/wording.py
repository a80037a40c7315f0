"""The words the extractive reader uses around quotes, in Japanese and English."""

from __future__ import annotations

_REFUSALS = {
    "ja": {
        "subject": "この質問に答えられる記事は、収録資料の中に見つかりませんでした。",
        "fact": "関連する記事はありますが、この質問の答えは書かれていません。",
        "name": "{name}についての記述は、収録資料の中に見つかりませんでした。",
        "ambiguous": "「{name}」だけでは、どれを指すか決められません。次のどれについての質問ですか：{choices}",
        "empty": "質問を入力してください。",
        "today": "収録資料からは、いま起きていることは分かりません。最も新しい記事は{newest}付です。",
        "nothing": "まだ記事が収録されていません。",
    },
    "en": {
        "subject": "No article in the library answers this question.",
        "fact": "There are related articles, but none of them states this.",
        "name": "The library says nothing about {name}.",
        "ambiguous": "“{name}” fits several products. Which one do you mean: {choices}?",
        "empty": "Please type a question.",
        "today": "The library does not know what is happening now. Its newest article is dated {newest}.",
        "nothing": "No article has been indexed yet.",
    },
}


def refusal_text(reason: str, lang: str, **values: str) -> str:
    """A refusal in words. ``reason`` is subject, fact, name, ambiguous, empty, today or nothing."""
    return _REFUSALS["ja" if lang == "ja" else "en"][reason].format(**values)


_LEADS = {
    "ja": {
        "yes": "はい。",
        "no": "いいえ。",
        "premise": "質問にある「{figure}」は、収録資料の記述と一致しません。",
        "conflict": "資料によって値が異なります。どれか1つには決められません。",
        "compared": "仕様表の値を比べた結果です。",
        "computed": "仕様表の値から計算しました。",
        "worked_out": "収録資料にある数値で計算しました。",
    },
    "en": {
        "yes": "Yes.",
        "no": "No.",
        "premise": "The “{figure}” in the question does not agree with the library.",
        "conflict": "The sources disagree; no single figure can be given.",
        "compared": "Compared from the spec sheets:",
        "computed": "Computed from the spec sheets:",
        "worked_out": "Computed from figures the library states:",
    },
}


def lead_text(kind: str, lang: str, **values: str) -> str:
    """What stands before the quotes. ``kind`` is yes, no, premise, conflict, compared, computed or worked_out."""
    return _LEADS["ja" if lang == "ja" else "en"][kind].format(**values)
