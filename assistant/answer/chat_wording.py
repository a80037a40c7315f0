"""What is said about a chat model that did not deliver, in Japanese and English."""

from __future__ import annotations

_WHY = {
    "ja": {
        "timeout": "時間内に応答しませんでした",
        "unreachable": "に接続できませんでした",
        "denied": "に認証を拒まれました",
        "missing": "が見つかりませんでした",
        "busy": "が混み合っています",
        "server": "のサーバーでエラーが起きました",
        "rejected": "に要求を拒まれました",
        "cut": "の応答が途中で切れました",
        "length": "の応答が長さの上限に達しました",
        "garbage": "の応答を読み取れませんでした",
        "empty": "の応答が空でした",
        "endless": "の応答が終わりませんでした",
        "setup": "を設定どおりに使えませんでした",
        "budget": "は費用の上限に達しています",
        "unchecked": "の文を確かめるモデルを使えませんでした",
        "unverified": "の文を記事で確かめられませんでした",
        "no_answer": "は抜粋から答えを見つけられませんでした",
    },
    "en": {
        "timeout": "did not answer in time",
        "unreachable": "could not be reached",
        "denied": "refused the key",
        "missing": "was not found",
        "busy": "is busy",
        "server": "had an error on its server",
        "rejected": "rejected the request",
        "cut": "broke off",
        "length": "reached the limit on length",
        "garbage": "sent a reply that cannot be read",
        "empty": "sent an empty reply",
        "endless": "did not stop",
        "setup": "cannot be used with these settings",
        "budget": "has reached the limit on cost",
        "unchecked": "could not be checked, since the entailment model failed",
        "unverified": "wrote nothing that the articles confirm",
        "no_answer": "found no answer in the passages",
    },
}


def chat_notice(kind: str, lang: str, model: str, *, quoted: bool) -> str:
    """One line beside the answer: what the model did, and what is shown instead.

    Args:
        kind: What happened, see :class:`assistant.models.chat_errors.ChatModelError`.
        lang: ``ja`` or ``en``.
        model: Its name.
        quoted: Sentences of the articles are shown in its place; otherwise its verified sentences stay.
    """
    if lang == "ja":
        why = _WHY["ja"].get(kind, _WHY["ja"]["garbage"])
        joined = f"チャットモデル「{model}」{'が' if kind == 'timeout' else ''}{why}。"
        return joined + ("記事の文をそのまま示します。" if quoted else "確かめられた文だけを示します。")
    why = _WHY["en"].get(kind, _WHY["en"]["garbage"])
    return f"The chat model {model} {why}. " + (
        "Sentences are quoted from the articles instead." if quoted else "Only verified sentences are shown."
    )
