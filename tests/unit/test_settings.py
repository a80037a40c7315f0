"""Settings: where values come from, which win, and what a wrong one says."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def toml(text: str) -> None:
    Path("assistant.toml").write_text(text, encoding="utf-8")


def test_the_defaults_run_offline(folder: Path) -> None:
    settings = load_settings()
    assert settings.home == Path(".assistant")
    assert settings.embed.model == "builtin"
    assert settings.retrieve.dense == "auto"
    assert settings.serve.host == "127.0.0.1"
    assert settings.library_location == f"sqlite:///{folder / '.assistant' / 'library.sqlite3'}"
    assert settings.index_dir == Path(".assistant/index")


def test_arguments_beat_environment_beats_file_beats_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    toml("home = 'from-file'\n[retrieve]\ntop_k = 3\ncandidates = 33\nef_search = 333\n")
    monkeypatch.setenv("ASSISTANT_HOME", "from-env")
    monkeypatch.setenv("ASSISTANT_RETRIEVE__TOP_K", "4")
    settings = load_settings(retrieve={"candidates": 55})
    assert settings.home == Path("from-env")
    assert settings.retrieve.candidates == 55
    assert settings.retrieve.top_k == 4
    assert settings.retrieve.ef_search == 333
    assert load_settings(home=Path("x")).home == Path("x")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hom = 'x'\n", ("hom", "Extra inputs are not permitted", "'x'")),
        ("[retrieve]\ntopk = 3\n", ("retrieve.topk", "Extra inputs are not permitted", "3")),
        ("[retrieve]\ntop_k = 0\n", ("retrieve.top_k", "greater than or equal to 1", "0")),
        ("[retrieve]\ntop_k = 'many'\n", ("retrieve.top_k", "valid integer", "'many'")),
        ("[retrieve]\ndense = 'fast'\n", ("retrieve.dense", "'hnsw', 'exact' or 'auto'", "'fast'")),
        ("[chunk]\nchunk_chars = 10\n", ("chunk.chunk_chars", "40", "10")),
        ("[embed]\nmodel = ''\n", ("embed.model", "at least 1 character")),
        ("[serve]\nport = 70000\n", ("serve.port", "65535", "70000")),
        ("retrieve = 3\n", ("retrieve",)),
        ("home = \n", ("assistant.toml cannot be read",)),
    ],
)
def test_a_wrong_file_is_named_with_value_and_place(text: str, said: tuple[str, ...]) -> None:
    toml(text)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    for words in said:
        assert words in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_file_that_is_not_utf8() -> None:
    Path("assistant.toml").write_bytes("home = '日本'".encode("cp932"))
    with pytest.raises(ConfigError, match=r"assistant\.toml cannot be read"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("ASSISTANT_RETRIEVE__TOP_K", "0", "retrieve.top_k"),
        ("ASSISTANT_RETRIEVE__TOPK", "4", "retrieve.topk"),
        ("ASSISTANT_SERVE__PORT", "http", "serve.port"),
        ("ASSISTANT_RETRIEVE", "{broken", "retrieve"),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, place: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError) as caught:
        load_settings()
    assert place in str(caught.value)
    assert "assistant.toml" not in str(caught.value)


def test_an_unknown_argument_is_an_error() -> None:
    with pytest.raises(ConfigError, match="hme"):
        load_settings(hme="x")


def test_settings_do_not_change() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.home = Path("y")  # type: ignore[misc]
    with pytest.raises(ValueError, match="frozen"):
        settings.retrieve.top_k = 2  # type: ignore[misc]


def test_the_fingerprint_follows_what_changes_passages_and_vectors() -> None:
    base = Settings().index_fingerprint(embedder="e")
    assert len(base) == 16
    assert int(base, 16) >= 0
    same = Settings(retrieve={"top_k": 3}, home=Path("z"), serve={"port": 1})  # type: ignore[arg-type]
    assert same.index_fingerprint(embedder="e") == base
    assert Settings().index_fingerprint(embedder="f") != base
    assert Settings(chunk={"chunk_chars": 401}).index_fingerprint(embedder="e") != base  # type: ignore[arg-type]


def test_chunking_follows_the_chunk_sizes_only() -> None:
    base = Settings().chunking
    assert len(base) == 8
    assert Settings(embed={"dimension": 64}).chunking == base  # type: ignore[arg-type]
    assert Settings(chunk={"chunk_chars_en": 999}).chunking != base  # type: ignore[arg-type]


def test_every_setting_is_described() -> None:
    def undescribed(model: type, path: str = "") -> list[str]:
        found = []
        for name, field in model.model_fields.items():  # type: ignore[attr-defined]
            if hasattr(field.annotation, "model_fields"):
                found += undescribed(field.annotation, f"{path}{name}.")
            elif not field.description:
                found.append(path + name)
        return found

    assert undescribed(Settings) == []
