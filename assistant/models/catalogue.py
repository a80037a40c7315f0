"""sentence-transformers models worth offering, and how to get one onto this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelUnavailableError

_WEIGHTS = "*.safetensors"  # pickled weights can run code, so they are neither fetched nor loaded


@dataclass(frozen=True, slots=True)
class Preset:
    """A model with the prompts it was trained with."""

    name: str
    languages: str
    dimension: int
    query_prompt: str
    passage_prompt: str
    note: str


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "cl-nagoya/ruri-v3-30m", "ja", 256, "検索クエリ: ", "検索文書: ", "37M parameters; JMTEB retrieval 78.1"
        ),
        Preset("cl-nagoya/ruri-v3-310m", "ja", 768, "検索クエリ: ", "検索文書: ", "315M parameters; for a GPU"),
        Preset(
            "intfloat/multilingual-e5-small", "ja, en, …", 384, "query: ", "passage: ", "118M; JMTEB retrieval 67.3"
        ),
        Preset("sentence-transformers/all-MiniLM-L6-v2", "en", 384, "", "", "22M parameters; English only"),
    )
}


def find_model(name: str, *, revision: str | None, models_dir: Path) -> Path | None:
    """The directory of a model that is on this machine, by path or by name; None if it is not."""
    path = Path(name).expanduser()
    if (path / "modules.json").is_file() or (path / "config.json").is_file():
        return path.resolve()
    try:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
    except ImportError:  # pragma: no cover - a dependency of sentence-transformers
        return None
    for cache_dir in (models_dir, None):  # ours first, then the cache that other programs share
        try:
            return Path(snapshot_download(name, revision=revision, cache_dir=cache_dir, local_files_only=True))
        except (LocalEntryNotFoundError, HFValidationError):
            continue
    return None


def pull_model(name: str, *, revision: str | None, models_dir: Path) -> Path:
    """Download a model from the Hugging Face hub into ``models_dir``.

    Raises:
        ModelUnavailableError: The hub cannot be reached or has no such model with safetensors weights.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    models_dir.mkdir(parents=True, exist_ok=True)
    try:
        path = Path(
            snapshot_download(
                name,
                revision=revision,
                cache_dir=models_dir,
                allow_patterns=["*.json", "*.txt", "*.model", _WEIGHTS, "1_*/*", "2_*/*"],
                ignore_patterns=["onnx/*", "openvino/*"],
            )
        )
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as exc:
        raise ModelUnavailableError(
            f"Model {name!r} could not be downloaded: {str(exc).splitlines()[0]}. Check the name and the connection, "
            f"or copy the model here and set `embed.model` to its directory."
        ) from exc
    if not list(path.rglob(_WEIGHTS)):
        raise ModelUnavailableError(f"Model {name!r} has no safetensors weights; choose another model.")
    return path


def pulled_models(models_dir: Path) -> list[str]:
    """Names of the models that `assistant models pull` has fetched."""
    return sorted(
        path.name.removeprefix("models--").replace("--", "/", 1)
        for path in models_dir.glob("models--*")
        if path.is_dir()
    )
