"""Words that a question does without. They stay in the index."""

from __future__ import annotations

ENGLISH_STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and but or is are was were be been being am do does did done have has had "
    "it its this that these those there here as into onto than then so such not no nor can could may might must shall "
    "should will would what which who whom whose when where why how i you he she we they me him her us them my your his "
    "our their if about over between during after before per tell please many much each name called".split()
)

QUESTION_WORDS_JA = frozenset(
    "何 なに 何時 いつ 何処 どこ 誰 だれ 何れ どれ 何の どの 如何 どう どんな 何方 どちら 幾ら いくら 幾つ いくつ 何故 なぜ どうして 事 こと 物 もの "
    "為る する 成る なる 有る ある 居る いる 言う いう 教える 下さる ください 呉れる くれる 知る 其の その 此の この 其れ それ 此れ これ 彼の あの "
    "為 ため 訳 わけ 所 ところ 又 また 及び および 等 など 様 よう 因る よる 於く おく 就く つく 御 お ご 出来る できる 仰る 貴方 あなた 答える "
    "名前 名 名称 呼ぶ 称する 種類".split()
)
"""Normalised forms, as Sudachi gives them."""

ENGLISH_VERBS = frozenset(
    "use used using make made build built give given take taken get got provide offer support deliver adopt run work "
    "say said announce claim achieve reach contain include come become need require show mean know find help allow "
    "develop create produce start begin end happen cause keep hold set put go went see seen call write".split()
)
"""Verbs a text often puts in other words."""

NO_MODEL_NAMES = ENGLISH_STOP_WORDS | frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec year years fiscal quarter page note notes item table figure chapter section part phase step "
    "approximately around nearly only just since until till least most under below above within across among".split()
)
"""Words before a number that do not make it a model: in 2019, December 31, note 5. Trainium 3 is one."""
