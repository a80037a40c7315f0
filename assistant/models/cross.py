"""Cross-encoders from sentence-transformers: pairs of texts in, a score or the odds of entailment out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelError, ModelUnavailableError
from assistant.models.catalogue import find_model

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_BATCH = 16


class PairModel:
    """A cross-encoder by name or local path. Its files are found at once, torch and the weights loaded late.

    Remote code is never run and only safetensors weights are read.

    Args:
        name: The model.
        setting: The setting that names it, for messages.
        models_dir: Where `assistant models pull` puts models.
        device: ``cpu``, ``cuda``, …; None lets sentence-transformers choose.

    Raises:
        ModelUnavailableError: The model is not on this machine.
    """

    def __init__(self, name: str, *, setting: str, models_dir: Path, device: str | None = None) -> None:
        self.name = name
        self._setting = setting
        self._device = device
        path = find_model(name, revision=None, models_dir=models_dir)
        if path is None:
            raise ModelUnavailableError(
                f"The model {name!r} of {setting} is not on this machine. Run `assistant models pull {name}`, "
                f"or set {setting} to a local directory, or take it out."
            )
        self._path = path
        self._model: CrossEncoder | None = None
        self._lock = threading.Lock()

    def scores(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """One score a pair, larger is better; of a model with one label its logit.

        Raises:
            ModelError: The model cannot be loaded, has several labels, or fails.
        """
        found = self._predict(pairs)
        if found.ndim != 1:
            raise ModelError(
                f"The model {self.name!r} of {self._setting} has {found.shape[1]} labels; a reranker has one."
            )
        return found

    def probability(self, premise: str, hypothesis: str) -> float:
        """How probably ``hypothesis`` follows from ``premise``, 0 to 1.

        Raises:
            ModelError: The model cannot be loaded, has no label "entailment", or fails.
        """
        logits = self._predict([(premise, hypothesis)])[0]
        labels = {int(index): str(label).lower() for index, label in self._loaded().model.config.id2label.items()}
        entailing = [index for index, label in labels.items() if label.startswith("entail")]
        if np.ndim(logits) == 0 or len(entailing) != 1:
            raise ModelError(
                f"The model {self.name!r} of {self._setting} has no label for entailment: {sorted(labels.values())!r}. "
                f"Choose one trained on natural language inference."
            )
        powers = np.exp(logits - np.max(logits))
        return float(powers[entailing[0]] / powers.sum())

    def _predict(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        if not pairs:
            return np.zeros(0, dtype=np.float32)
        model = self._loaded()
        from torch.nn import Identity

        try:
            with self._lock:  # one batch at a time: torch already uses every core
                found: Any = model.predict(
                    [list(pair) for pair in pairs],
                    batch_size=_BATCH,
                    activation_fn=Identity(),
                    show_progress_bar=False,
                    convert_to_numpy=True,
                )
        except (RuntimeError, MemoryError) as exc:
            raise ModelError(
                f"The model {self.name!r} failed on {len(pairs)} pairs: {str(exc).splitlines()[0]}. "
                f"Take {self._setting} out, or set `embed.device` to 'cpu'."
            ) from exc
        return np.asarray(found, dtype=np.float32)

    def _loaded(self) -> CrossEncoder:
        with self._lock:
            if self._model is None:
                try:
                    from safetensors import SafetensorError
                    from sentence_transformers import CrossEncoder
                    from transformers.utils import logging
                except ImportError as exc:
                    raise ModelUnavailableError(
                        "sentence-transformers is not installed. Run `pip install sentence-transformers`."
                    ) from exc
                logging.disable_progress_bar()
                try:
                    self._model = CrossEncoder(
                        str(self._path),
                        device=self._device,
                        local_files_only=True,
                        trust_remote_code=False,
                        model_kwargs={"use_safetensors": True},
                    )
                except (OSError, ValueError, RuntimeError, SafetensorError) as exc:
                    raise ModelUnavailableError(
                        f"The model at {str(self._path)!r} cannot be loaded: {str(exc).splitlines()[0]}. "
                        f"Run `assistant models pull {self.name}` again."
                    ) from exc
            return self._model
