"""The one place that loads models: embedders here, chat models and rerankers as settings ask for them."""

from __future__ import annotations

from assistant.models.cross import PairModel
from assistant.models.embedder import Embedder, embedder_key
from assistant.models.hashing import HashingEmbedder
from assistant.models.sentence import SentenceTransformerEmbedder
from assistant.settings import BUILTIN_EMBEDDER, Settings

__all__ = ["Embedder", "HashingEmbedder", "SentenceTransformerEmbedder", "embedder_key", "load_embedder"]


def load_embedder(settings: Settings) -> Embedder:
    """The embedder that the settings ask for. Weights are read on first use, not here.

    Raises:
        ModelUnavailableError: The model is not on this machine.
    """
    if settings.embed.model == BUILTIN_EMBEDDER:
        return HashingEmbedder(settings.embed.dimension)
    return SentenceTransformerEmbedder(settings.embed, models_dir=settings.home / "models")


def load_entailment(settings: Settings) -> PairModel | None:
    """The entailment model of the settings, or None when none is set.

    Raises:
        ModelUnavailableError: It is not on this machine.
    """
    if not settings.check.nli_model:
        return None
    name = settings.check.nli_model
    return PairModel(name, setting="check.nli_model", models_dir=settings.home / "models", device=settings.embed.device)
