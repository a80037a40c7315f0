"""The bundled corpus is in order."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from evals import corpus_lint, corpus_manifest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"


def test_the_corpus_is_clean() -> None:
    assert [str(problem) for problem in corpus_lint.lint_corpus(CORPUS)] == []


def test_manifest_and_readme_are_what_the_files_say() -> None:
    assert corpus_manifest.main(["--check", "--corpus", str(CORPUS)]) == 0


def test_drift_is_noticed_and_repaired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(CORPUS, corpus)
    sheet = corpus / "specs" / "spec-trainium3.yaml"
    sheet.write_text(sheet.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    readme = corpus / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("| Omniverse", "| Omnibus"), encoding="utf-8")
    arguments = ["--corpus", str(corpus)]
    assert corpus_manifest.main([*arguments, "--check"]) == 1
    assert "manifest.jsonl is not what the files say" in capsys.readouterr().out
    assert corpus_manifest.main(arguments) == 0
    assert corpus_manifest.main([*arguments, "--check"]) == 0
