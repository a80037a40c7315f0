"""Words of the sign-in page and of the page about one's own account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccountWords:
    lang: str
    product: str
    sign_in: str
    lead: str
    name: str
    password: str
    wrong: str
    locked: str
    busy: str
    other_lang: str
    other_lang_name: str
    account: str
    signed_in_as: str
    roles: tuple[str, str, str]
    sign_out: str
    back: str
    change: str
    current_password: str
    new_password: str
    repeat_password: str
    password_rule: str
    not_repeated: str
    wrong_current: str
    changed: str


JA = AccountWords(
    lang="ja",
    product="記事アシスタント",
    sign_in="サインイン",
    lead="ご利用にはサインインが必要です。アカウントは管理者が発行します。",
    name="ユーザー名",
    password="パスワード",
    wrong="ユーザー名またはパスワードが正しくありません。",
    locked="失敗が続いたため、一時的に受け付けを止めています。{minutes}分ほどたってから、もう一度お試しください。",
    busy="ただいま混み合っています。少し待ってから、もう一度お試しください。",
    other_lang="en",
    other_lang_name="English",
    account="アカウント",
    signed_in_as="{name}（{role}）としてサインインしています。",
    roles=("読者", "編集者", "管理者"),
    sign_out="サインアウト",
    back="戻る",
    change="パスワードを変更する",
    current_password="現在のパスワード",
    new_password="新しいパスワード",
    repeat_password="新しいパスワード（確認）",
    password_rule="{shortest}文字以上で入力してください。変更すると、ほかの端末ではサインアウトされます。",
    not_repeated="確認用のパスワードが一致しません。",
    wrong_current="現在のパスワードが正しくありません。",
    changed="パスワードを変更しました。",
)

EN = AccountWords(
    lang="en",
    product="Article assistant",
    sign_in="Sign in",
    lead="Sign in to use this reading room. Accounts are made by its administrator.",
    name="User name",
    password="Password",
    wrong="The user name or the password is not right.",
    locked="Too many attempts have failed. Try again in about {minutes} minutes.",
    busy="The server is busy. Wait a moment and try again.",
    other_lang="ja",
    other_lang_name="日本語",
    account="Account",
    signed_in_as="Signed in as {name} ({role}).",
    roles=("reader", "editor", "administrator"),
    sign_out="Sign out",
    back="Back",
    change="Change the password",
    current_password="Current password",
    new_password="New password",
    repeat_password="New password, again",
    password_rule="At least {shortest} characters. Changing it signs you out everywhere else.",
    not_repeated="The two new passwords differ.",
    wrong_current="The current password is not right.",
    changed="The password has been changed.",
)


def words_for(lang: str) -> AccountWords:
    return EN if lang == "en" else JA
