"""The words of the Evals page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EvalsWords:
    """The wording of one language. ``{name}`` stands for a value."""

    tab: str
    lead: str
    forbidden: str
    empty: str
    run: str
    running: str
    run_failed: str
    run_busy: str
    run_done: str
    run_hint: str
    choose_run: str
    latest: str
    verdict_passed: str
    verdict_below: str
    verdict_error: str
    about: str
    suite: str
    reader: str
    index: str
    version: str
    cases: str
    cases_value: str
    articles: str
    trend: str
    trend_title: str
    trend_desc: str
    trend_one: str
    trend_note: str
    point: str
    scores: str
    metric: str
    overall: str
    less_is_better: str
    slices: str
    slice: str
    baseline: str
    baseline_none: str
    baseline_told: str
    judgement_better: str
    judgement_worse: str
    judgement_same: str
    judgement_unclear: str
    lost: str
    gained: str
    gate: str
    failing: str
    failing_none: str
    failing_count: str
    failing_more: str
    case: str
    question: str
    what_happened: str
    given: str
    expected: str
    a_refusal: str
    ask: str
    check: str
    after: str
    filter_kind: str
    all_kinds: str
    png: str
    offline: str
    metric_hit: str
    metric_recall: str
    metric_answer: str
    metric_contained: str
    metric_short: str
    metric_f1: str
    metric_citations: str
    metric_false_answer: str
    metric_over_refusal: str
    metric_desk: str
    metric_macro: str
    metric_dangerous: str
    metric_false_alarm: str

    def verdict(self, value: str) -> str:
        """The outcome of a run."""
        names = {"passed": self.verdict_passed, "below the gate": self.verdict_below}
        return names.get(value, self.verdict_error)

    def judgement(self, value: str) -> str:
        """How a run compares with its baseline."""
        names = {
            "better": self.judgement_better,
            "worse": self.judgement_worse,
            "no change": self.judgement_same,
        }
        return names.get(value, self.judgement_unclear)


JA = EvalsWords(
    tab="評価",
    lead="正解の分かっている質問と原稿で、回答・検索・照合の質を測った結果です。率には95%の区間を添えています。",
    forbidden="このページは編集者だけが見られます。",
    empty="まだ記録がありません。下の「評価を実行」を押すか、端末で「assistant eval」を実行すると、結果がここにたまります。",
    run="評価を実行",
    running="評価しています… {seconds}秒経過",
    run_failed="評価を終えられませんでした：{reason}",
    run_busy="評価はすでに進んでいます。",
    run_done="評価が終わりました。",
    run_hint="同梱の記事と設問を使います。数分かかり、その間は回答が遅くなることがあります。",
    choose_run="実行",
    latest="最新",
    verdict_passed="合格",
    verdict_below="基準に届かず",
    verdict_error="採点できない設問あり",
    about="この実行について",
    suite="設問集",
    reader="回答の作り手",
    index="設定の指紋",
    version="バージョン",
    cases="件数",
    cases_value="質問{questions}件、原稿の文{claims}件",
    articles="記事",
    trend="推移",
    trend_title="率の推移（{suite}、{reader}）",
    trend_desc="{count}回の実行の折れ線グラフ。最新の値：{values}。",
    trend_one="実行が一回だけのため、推移はまだ描けません。次の実行から線になります。",
    trend_note="縦の細線は95%の区間です。",
    point="{name} {date} {value}（{low}–{high}、{n}件）",
    scores="指標",
    metric="指標",
    overall="全体",
    less_is_better="低いほど良い",
    slices="種類別の結果",
    slice="種類",
    baseline="基準との比較",
    baseline_none="比べる基準がありません。「assistant eval --bless」で今の結果を基準にできます。",
    baseline_told="正解率の変化は{change}（区間 {low}～{high}、p={p}）。{judgement}",
    judgement_better="良くなっています。",
    judgement_worse="悪くなっています。",
    judgement_same="変わりません。",
    judgement_unclear="偶然の範囲を出ません。",
    lost="できなくなった設問（{count}件）",
    gained="できるようになった設問（{count}件）",
    gate="基準に届かなかった点",
    failing="できなかった設問",
    failing_none="すべての設問ができました。",
    failing_count="{count}件",
    failing_more="（うち{shown}件を表示）",
    case="設問",
    question="質問・原稿の文",
    what_happened="結果",
    given="返した答え",
    expected="正解",
    a_refusal="「答えられない」が正解",
    ask="質問してみる",
    check="照合してみる",
    after="「{turns}」に続けて",
    filter_kind="種類",
    all_kinds="すべて",
    png="PNGで保存",
    offline="サーバーにつながりませんでした。接続を確かめて、もう一度お試しください。",
    metric_hit="検索1位に正しい記事",
    metric_recall="検索8位までに正しい記事",
    metric_answer="回答が正しい",
    metric_contained="正解が回答に含まれる",
    metric_short="短い答えが完全に一致",
    metric_f1="短い答えの文字F1",
    metric_citations="引用が原文どおり",
    metric_false_answer="答えるべきでない質問に答えた",
    metric_over_refusal="答えられる質問を断った",
    metric_desk="照合の判定が正しい",
    metric_macro="照合のマクロF1",
    metric_dangerous="誤って「一致」とした",
    metric_false_alarm="誤って「食い違い」とした",
)

EN = EvalsWords(
    tab="Evals",
    lead="How well it answers, searches and checks, measured on questions and drafts with known answers. Rates come with a 95 % interval.",
    forbidden="Only editors can see this page.",
    empty="No runs yet. Press “Run the evals” below, or run “assistant eval” in a terminal; results collect here.",
    run="Run the evals",
    running="Running… {seconds} s",
    run_failed="The run did not finish: {reason}",
    run_busy="A run is under way already.",
    run_done="The run has finished.",
    run_hint="Uses the bundled articles and cases. It takes some minutes, in which answers may be slower.",
    choose_run="Run",
    latest="latest",
    verdict_passed="Passed",
    verdict_below="Below the gate",
    verdict_error="Some cases could not be scored",
    about="About this run",
    suite="Suite",
    reader="Reader",
    index="Settings fingerprint",
    version="Version",
    cases="Cases",
    cases_value="{questions} questions, {claims} statements of drafts",
    articles="Articles",
    trend="Trend",
    trend_title="Rates over runs ({suite}, {reader})",
    trend_desc="Line chart of {count} runs. Latest values: {values}.",
    trend_one="There is one run so far, so there is no trend yet. The next run makes it a line.",
    trend_note="Thin upright lines are 95 % intervals.",
    point="{name} {date} {value} ({low}–{high}, n={n})",
    scores="Metrics",
    metric="Metric",
    overall="All",
    less_is_better="less is better",
    slices="Results by kind",
    slice="Kind",
    baseline="Against the baseline",
    baseline_none="There is no baseline to compare with. “assistant eval --bless” makes a run the baseline.",
    baseline_told="The pass rate changed by {change} (interval {low} to {high}, p={p}). {judgement}",
    judgement_better="It is better.",
    judgement_worse="It is worse.",
    judgement_same="Nothing changed.",
    judgement_unclear="That may be chance.",
    lost="Cases lost ({count})",
    gained="Cases gained ({count})",
    gate="What missed the gate",
    failing="Failing cases",
    failing_none="Every case passed.",
    failing_count="{count} cases",
    failing_more="({shown} shown)",
    case="Case",
    question="Question or statement",
    what_happened="What happened",
    given="Given",
    expected="Expected",
    a_refusal="a refusal",
    ask="Ask it",
    check="Check it",
    after="after “{turns}”",
    filter_kind="Kind",
    all_kinds="All",
    png="Save as PNG",
    offline="The server could not be reached. Check your connection and try again.",
    metric_hit="Right article ranked first",
    metric_recall="Right article in the top 8",
    metric_answer="Answers right",
    metric_contained="Expected answer contained",
    metric_short="Short answer exact",
    metric_f1="Character F1 of the short answer",
    metric_citations="Citations resolve word for word",
    metric_false_answer="Answered what it should refuse",
    metric_over_refusal="Refused what it could answer",
    metric_desk="Verdicts of the desk right",
    metric_macro="Macro-F1 of the desk",
    metric_dangerous="Wrongly called supported",
    metric_false_alarm="Wrongly called contradicted",
)

_ALL = {"ja": JA, "en": EN}


def words_for(lang: str) -> EvalsWords:
    """The wording of a language; anything unknown is shown in Japanese."""
    return _ALL.get(lang, JA)
