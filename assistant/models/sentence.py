"""Embedders from sentence-transformers, by name or local path."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError, ModelUnavailableError
from assistant.models.catalogue import PRESETS, find_model
from assistant.models.embedder import Vectors
from assistant.settings import EmbedSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_NEEDED = {"onnx": ("optimum", "onnxruntime"), "openvino": ("optimum", "openvino")}
"""Packages of a backend beside torch."""
_SAMPLES = 16
_SAMPLE_BYTES = 65_536


class SentenceTransformerEmbedder:
    """A sentence-transformers model with its own prompts.

    The constructor only finds the model's files; torch and the weights are loaded when the first
    text is embedded. Remote code is never run and only safetensors weights are read.

    Raises:
        ModelUnavailableError: The model, or what ``embed.backend`` needs, is not on this machine.
    """

    dense_weight = 0.5
    ef_construction = 100  # Chroma's default

    def __init__(self, settings: EmbedSettings, *, models_dir: Path) -> None:
        self._settings = settings
        self.name = settings.model
        path = find_model(settings.model, revision=settings.revision, models_dir=models_dir)
        if path is None:
            raise ModelUnavailableError(
                f"The embedding model {settings.model!r} is not on this machine. "
                f"Run `assistant models pull {settings.model}`, or set `embed.model` to a local directory or to 'builtin'."
            )
        self._path = path
        _check_backend(settings, path)
        preset = PRESETS.get(settings.model)
        self._query_prompt = settings.query_prompt
        self._passage_prompt = settings.passage_prompt
        if preset is not None:
            self._query_prompt = preset.query_prompt if self._query_prompt is None else self._query_prompt
            self._passage_prompt = preset.passage_prompt if self._passage_prompt is None else self._passage_prompt
        self._model: SentenceTransformer | None = None
        self._lock = threading.Lock()

    @property
    def identity(self) -> str:
        return json.dumps(
            {
                "model": self.name,
                "revision": _revision(self._path),
                "query_prompt": self._query_prompt,
                "passage_prompt": self._passage_prompt,
                "normalised": True,
                # Vectors of another backend differ in the last digits, or more where it is quantised.
                **({} if self._settings.backend == "torch" else {"backend": self._settings.backend}),
            },
            ensure_ascii=False,
        )

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(list(texts), self._passage_prompt, query=False)

    def embed_query(self, text: str) -> Vectors:
        row: Vectors = self._encode([text], self._query_prompt, query=True)[0]
        return row

    def _encode(self, texts: list[str], prompt: str | None, *, query: bool) -> Vectors:
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        model = self._load()
        encode = model.encode_query if query else model.encode_document
        try:
            with self._lock:  # one batch at a time: torch already uses every core
                vectors = encode(
                    texts,
                    prompt=prompt,
                    batch_size=self._settings.batch_size,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                )
        except (RuntimeError, MemoryError) as exc:
            raise ModelError(
                f"The model {self.name!r} failed on {len(texts)} texts: {str(exc).splitlines()[0]}. "
                f"Lower `embed.batch_size` or set `embed.device` to 'cpu'."
            ) from exc
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), -1)

    def _load(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                try:
                    from safetensors import SafetensorError
                    from sentence_transformers import SentenceTransformer
                except ImportError as exc:
                    raise ModelUnavailableError(
                        "sentence-transformers is not installed. Run `pip install sentence-transformers`."
                    ) from exc
                _silence_progress()
                if self._settings.threads is not None:
                    import torch

                    torch.set_num_threads(self._settings.threads)
                backend = self._settings.backend
                try:
                    self._model = SentenceTransformer(
                        str(self._path),
                        device=self._settings.device,
                        local_files_only=True,
                        trust_remote_code=False,
                        backend=backend,
                        model_kwargs={"use_safetensors": True} if backend == "torch" else {},
                    )
                except (OSError, ValueError, RuntimeError, SafetensorError) as exc:
                    raise ModelUnavailableError(
                        f"The model at {str(self._path)!r} cannot be loaded: {str(exc).splitlines()[0]}. "
                        f"Run `assistant models pull {self.name}` again."
                    ) from exc
            return self._model


def _check_backend(settings: EmbedSettings, path: Path) -> None:
    """Refuse a backend that is not installed, and weights in pickles, which an export would read.

    Raises:
        ModelUnavailableError: One of both.
    """
    backend = settings.backend
    for package in _NEEDED.get(backend, ()):
        if importlib.util.find_spec(package) is None:
            raise ModelUnavailableError(
                f"`embed.backend` is {backend!r}, but the package {package!r} is not installed. "
                f"Run `pip install 'article-assistant[{backend}]'`, or set `embed.backend` to 'torch'."
            )
    if backend != "torch" and not any(
        next(path.rglob(pattern), None) for pattern in ("*.onnx", "*.xml", "*.safetensors")
    ):
        raise ModelUnavailableError(
            f"The model {settings.model!r} has neither an exported file for {backend!r} nor safetensors weights. "
            f"Take another model, or set `embed.backend` to 'torch'."
        )


def _silence_progress() -> None:
    """No progress bar for loading weights: our output may be read by a program."""
    from transformers.utils import logging

    logging.disable_progress_bar()


def _revision(path: Path) -> str:
    """The commit of a hub snapshot, or a hash of a local model's files.

    Of the weights, size and samples are hashed: enough to tell two trainings apart without reading
    gigabytes at each start.
    """
    if path.parent.name == "snapshots":
        return path.name
    digest = hashlib.blake2b(digest_size=10)
    for file in sorted(path.rglob("*.json")):
        digest.update(file.relative_to(path).as_posix().encode() + b"\0" + file.read_bytes())
    for file in sorted(path.rglob("*.safetensors")):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(path).as_posix()}:{size}".encode())
        with file.open("rb") as stream:
            for index in range(_SAMPLES):
                stream.seek(index * size // _SAMPLES)
                digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()
