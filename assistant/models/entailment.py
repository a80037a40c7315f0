"""A cross-encoder that says how probably one text follows from another: an optional further signal."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import ModelError, ModelUnavailableError
from assistant.models.catalogue import find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_ENTAILS = frozenset({"entailment", "entails", "entail", "supports", "supported", "yes"})


class CrossEncoderEntailment:
    """A sentence-transformers ``CrossEncoder`` trained on natural language inference.

    The constructor only finds the files; torch and the weights are loaded at the first pair. Remote code is
    never run and only safetensors weights are read.

    Raises:
        ModelUnavailableError: The model is not on this machine.
    """

    def __init__(self, name: str, *, models_dir: Path, device: str | None = None) -> None:
        path = find_model(name, revision=None, models_dir=models_dir)
        if path is None:
            raise ModelUnavailableError(
                f"The entailment model {name!r} is not on this machine. Run `assistant models pull {name}`, "
                f"set `check.nli_model` to a local directory, or leave it empty."
            )
        self.name = name
        self._path = path
        self._device = device
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def probability(self, premise: str, hypothesis: str) -> float:
        """How probably ``hypothesis`` follows from ``premise``, 0 to 1.

        Raises:
            ModelError: The model fails, or has no class for entailment.
        """
        with self._lock:
            model = self._load()
            try:
                scores = np.asarray(model.predict([(premise, hypothesis)], convert_to_numpy=True))[0]
            except (RuntimeError, MemoryError) as exc:
                raise ModelError(f"The entailment model {self.name!r} failed: {str(exc).splitlines()[0]}.") from exc
            scores = np.atleast_1d(scores).astype(float)
            if len(scores) == 1:  # one output: its score already is a probability
                return float(np.clip(scores[0], 0.0, 1.0))
            powers = np.exp(scores - scores.max())
            return float(powers[self._class(model, len(scores))] / powers.sum())

    def _class(self, model: CrossEncoder, classes: int) -> int:
        labels = getattr(model.model.config, "id2label", {}) or {}
        for number in range(classes):
            if str(labels.get(number, "")).lower() in _ENTAILS:
                return number
        raise ModelError(
            f"The model {self.name!r} has no class named entailment: {sorted(map(str, labels.values()))}. "
            f"Choose a model trained on natural language inference."
        )

    def _load(self) -> CrossEncoder:
        if self._model is None:
            try:
                from sentence_transformers import CrossEncoder
            except ImportError as exc:
                raise ModelUnavailableError(
                    "sentence-transformers is not installed. Run `pip install sentence-transformers`."
                ) from exc
            try:
                self._model = CrossEncoder(
                    str(self._path),
                    device=self._device,
                    local_files_only=True,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
            except (OSError, ValueError, RuntimeError) as exc:
                raise ModelUnavailableError(
                    f"The model at {str(self._path)!r} cannot be loaded: {str(exc).splitlines()[0]}. "
                    f"Run `assistant models pull {self.name}` again."
                ) from exc
        return self._model
