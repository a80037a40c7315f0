"""Each adapter reads a small file in the published format; the texts are our own."""

import gzip
import json
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from evals.public.formats import find_sets, read_set
from evals.public.sets import NEITHER, REFUTES, SUPPORTS, PublicSet


def lines(path: Path, *rows: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def whole(path: Path, table: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")


def read(folder: Path) -> PublicSet:
    found = read_set(folder)
    assert found is not None
    return found


def test_jsquad(tmp_path: Path) -> None:
    qas = [
        {
            "id": "q1",
            "question": "重さは？",
            "answers": [{"text": "2 kg", "answer_start": 5}] * 2,
            "is_impossible": False,
        },
        {"id": "q2", "question": "色は？", "answers": [], "is_impossible": True},
    ]
    paragraph = {"context": "X100 [SEP] X100は2 kgだ。", "qas": qas}
    whole(tmp_path / "valid-v1.3.json", {"version": "1.3", "data": [{"title": "X100", "paragraphs": [paragraph]}]})
    found = read(tmp_path)
    assert found.family == "jsquad"
    assert [(doc.id, doc.title, doc.text, doc.lang) for doc in found.documents] == [
        ("0-0", "X100", "X100は2 kgだ。", "ja")
    ]
    assert [(q.id, q.answers, q.doc_ids, q.answerable) for q in found.questions] == [
        ("q1", ("2 kg",), ("0-0",), True),
        ("q2", (), (), False),
    ]


def test_jaquad(tmp_path: Path) -> None:
    answers = {"text": ["2 kg"], "answer_start": [5], "answer_type": ["quantity"]}
    paragraph = {"context": "X100は2 kgだ。", "qas": [{"id": "t-0", "question": "重さは？", "answers": answers}]}
    whole(tmp_path / "dev.json", {"version": "JaQuAD", "data": [{"title": "X100", "paragraphs": [paragraph]}]})
    found = read(tmp_path)
    assert found.family == "jaquad"
    assert found.questions[0].answers == ("2 kg",)


def test_u4(tmp_path: Path) -> None:
    table = {
        "question_valid1": {
            "question": "売上高は？",
            "table_id": "S1-0-tab1",
            "cell_id": "S1-0-tab1-r2c2",
            "value": "5000000",
        }
    }
    whole(tmp_path / "questions_tqa.json", table)
    (tmp_path / "S1.html").write_text(
        '<html><meta charset="utf-8"><table table-id="S1-0-tab1"><tr><th cell-id="S1-0-tab1-r1c1">項目</th></tr><tr>'
        '<td cell-id="S1-0-tab1-r2c1">売上高</td><td cell-id="S1-0-tab1-r2c2">5百万円</td></tr></table>'
        "<table><tr><td>別</td></tr></table></html>",
        encoding="utf-8",
    )
    found = read(tmp_path)
    assert found.family == "u4"
    assert [(doc.id, doc.text) for doc in found.documents] == [("S1-0-tab1", "項目\n売上高 | 5百万円")]
    assert (found.questions[0].answers, found.questions[0].doc_ids) == (("5百万円", "5000000"), ("S1-0-tab1",))


def test_clapnq(tmp_path: Path) -> None:
    passage = {"title": "X100", "text": "It weighs 2 kg .", "sentences": ["It weighs 2 kg ."]}
    lines(
        tmp_path / "dev.jsonl",
        {
            "id": "1",
            "input": "how heavy",
            "passages": [passage],
            "output": [{"answer": "2 kg", "selected_sentences": []}],
        },
        {
            "id": "2",
            "input": "what colour",
            "passages": [passage],
            "output": [{"answer": "", "selected_sentences": []}],
        },
    )
    found = read(tmp_path)
    assert found.family == "clapnq"
    assert len(found.documents) == 1
    assert [(q.answerable, q.doc_ids) for q in found.questions] == [(True, ("clapnq-00000",)), (False, ())]


def test_tatqa(tmp_path: Path) -> None:
    row = {
        "table": {"uid": "t1", "table": [["", "2019"], ["Sales", "$5.0"]]},
        "paragraphs": [{"uid": "b", "order": 2, "text": "Second."}, {"uid": "a", "order": 1, "text": "First."}],
        "questions": [
            {"uid": "q1", "question": "Sales?", "answer": ["$5.0"], "answer_type": "span", "scale": "million"},
            {"uid": "q2", "question": "Growth?", "answer": 12.5, "answer_type": "arithmetic", "scale": "percent"},
        ],
    }
    whole(tmp_path / "tatqa_dataset_dev.json", [row])
    found = read(tmp_path)
    assert found.family == "tatqa"
    assert found.documents[0].text == " | 2019\nSales | $5.0\n\nFirst.\n\nSecond."
    assert [q.answers for q in found.questions] == [("$5.0", "$5.0 million"), ("12.5", "12.5 percent")]


def test_vitaminc_and_jnli(tmp_path: Path) -> None:
    base = {
        "unique_id": "u1",
        "page": "X100",
        "claim": "X100 weighs 2 kg .",
        "evidence": "It weighs 3 kg .",
        "label": "REFUTES",
    }
    lines(
        tmp_path / "vitaminc" / "test.jsonl",
        base,
        base | {"unique_id": "u2", "claim": "X100 is red", "label": "NOT ENOUGH INFO"},
    )
    pair = {"sentence_pair_id": "7", "yjcaptions_id": "1-2-3", "sentence1": "赤い車がある。", "sentence2": "車がある。"}
    lines(
        tmp_path / "jnli" / "valid.jsonl",
        pair | {"label": "entailment"},
        pair | {"label": "contradiction"},
        pair | {"label": "neutral"},
    )
    jnli, vitaminc = find_sets(tmp_path)
    assert (jnli.family, vitaminc.family) == ("jnli", "vitaminc")
    assert [(p.label, p.numeric, p.title) for p in vitaminc.pairs] == [(REFUTES, True, "X100"), (NEITHER, True, "X100")]
    assert [p.label for p in jnli.pairs] == [SUPPORTS, REFUTES, NEITHER]
    assert (jnli.pairs[0].claim, jnli.pairs[0].evidence) == ("車がある。", "赤い車がある。")


def test_nomiracl(tmp_path: Path) -> None:
    folder = tmp_path / "japanese"
    for name, text in {
        "topics/dev.relevant.tsv": "q1\t重さは？\n",
        "topics/dev.non_relevant.tsv": "q2\t色は？\n",
        "qrels/dev.relevant.tsv": "q1\tQ0\td1#0\t1\nq1\tQ0\td2#0\t0\n",
        "qrels/dev.non_relevant.tsv": "q2\tQ0\td2#0\t0\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    rows = [{"docid": f"d{n}#0", "title": "X", "text": f"本文{n}"} for n in (1, 2, 3)]
    with gzip.open(folder / "corpus.jsonl.gz", "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    found = read(folder)
    assert found.family == "nomiracl"
    assert [doc.id for doc in found.documents] == ["d1#0", "d2#0"]  # what nobody judged is left out
    assert {q.id: (q.doc_ids, q.answerable) for q in found.questions} == {"q1": (("d1#0",), True), "q2": ((), False)}


def test_the_normalised_form(tmp_path: Path) -> None:
    folder = tmp_path / "refusal_dev_ja"
    lines(folder / "corpus.jsonl", {"id": "d", "title": "X", "text": "本文", "lang": "ja"})
    question = {
        "id": "q",
        "question": "？",
        "answers": [],
        "doc_ids": [],
        "answerable": False,
        "lang": "ja",
        "gap": "near",
    }
    lines(folder / "questions.jsonl", question)
    claim = {
        "id": "c",
        "claim": "A",
        "evidence": "B",
        "label": "SUPPORTS",
        "lang": "en",
        "page": "P",
        "has_number": True,
    }
    lines(tmp_path / "claims_dev_en" / "claims.jsonl", claim)
    claims, refusal = find_sets(tmp_path)
    assert (claims.name, claims.family, claims.pairs[0].numeric) == ("claims_dev_en", "vitaminc", True)
    assert (refusal.family, refusal.questions[0].gap) == ("refusal", "near")


def test_what_is_no_set_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="There is no folder"):
        find_sets(tmp_path / "none")
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(ConfigError, match="No set in"):
        find_sets(tmp_path)
    (tmp_path / "dev.jsonl").write_text("{broken\n")
    with pytest.raises(ConfigError, match=r"dev.jsonl, line 1 is not JSON"):
        find_sets(tmp_path)
    (tmp_path / "dev.jsonl").write_text('{"input": "?", "passages": [{}], "output": []}\n')
    with pytest.raises(ConfigError, match="lacks what its format asks for"):
        find_sets(tmp_path)
