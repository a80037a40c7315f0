"""Which models are offered, and where one on this machine is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ModelUnavailableError
from assistant.models import load_embedder
from assistant.models.catalogue import PRESETS, find_model, pull_model, pulled_models
from assistant.settings import Settings

COMMIT = "a" * 40


def snapshot(models_dir: Path, name: str, commit: str = COMMIT) -> Path:
    """A model as `snapshot_download` leaves it."""
    folder = models_dir / f"models--{name.replace('/', '--')}"
    path = folder / "snapshots" / commit
    path.mkdir(parents=True)
    (path / "config.json").write_text("{}")
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text(commit)
    return path


def test_presets_carry_the_prompts_they_were_trained_with() -> None:
    assert {
        name: (preset.query_prompt, preset.passage_prompt, preset.dimension) for name, preset in PRESETS.items()
    } == {
        "cl-nagoya/ruri-v3-30m": ("検索クエリ: ", "検索文書: ", 256),
        "cl-nagoya/ruri-v3-310m": ("検索クエリ: ", "検索文書: ", 768),
        "intfloat/multilingual-e5-small": ("query: ", "passage: ", 384),
        "sentence-transformers/all-MiniLM-L6-v2": ("", "", 384),
    }


@pytest.mark.parametrize("marker", ["modules.json", "config.json"])
def test_a_directory_is_a_model(tmp_path: Path, marker: str) -> None:
    (tmp_path / marker).write_text("{}")
    assert find_model(str(tmp_path), revision=None, models_dir=tmp_path / "none") == tmp_path.resolve()


def test_a_pulled_model_is_found_by_name(tmp_path: Path) -> None:
    path = snapshot(tmp_path, "cl-nagoya/ruri-v3-30m")
    assert find_model("cl-nagoya/ruri-v3-30m", revision=None, models_dir=tmp_path) == path
    assert find_model("cl-nagoya/ruri-v3-30m", revision=COMMIT, models_dir=tmp_path) == path


@pytest.mark.parametrize("name", ["nobody/nothing-at-all", "not a name!", "../x", "/no/such/directory"])
def test_what_is_not_here_is_not_found(tmp_path: Path, name: str) -> None:
    assert find_model(name, revision=None, models_dir=tmp_path) is None


def test_a_missing_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnavailableError, match=r"'nobody/nothing'.*`assistant models pull nobody/nothing`"
    ) as caught:
        load_embedder(Settings(home=tmp_path, embed={"model": "nobody/nothing"}))  # type: ignore[arg-type]
    assert caught.value.exit_code == 5
    assert caught.value.retryable


def test_pulling_without_a_network_is_one_error_with_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnavailableError, match=r"'nobody/nothing' could not be downloaded.*`embed.model`"
    ) as caught:
        pull_model("nobody/nothing", revision=None, models_dir=tmp_path)
    assert "\n" not in str(caught.value)


def test_pulled_models_are_listed_by_name(tmp_path: Path) -> None:
    assert pulled_models(tmp_path / "none") == []
    snapshot(tmp_path, "intfloat/multilingual-e5-small")
    snapshot(tmp_path, "cl-nagoya/ruri-v3-30m")
    (tmp_path / ".locks").mkdir()
    assert pulled_models(tmp_path) == ["cl-nagoya/ruri-v3-30m", "intfloat/multilingual-e5-small"]
