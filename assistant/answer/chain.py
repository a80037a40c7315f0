"""Search and answers as LangChain objects, for use in anybody's chain.

langchain-core takes about a second to import, so this module is loaded only when one of its
objects is asked for.
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from assistant.answer.pipeline import AnswerPipeline
from assistant.retrieve.retriever import Retriever
from assistant.types import Answer, Hit


class PassageRetriever(BaseRetriever):
    """Our search as a LangChain retriever. Scores and offsets are in the documents' metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    retriever: Retriever
    top_k: int | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.retriever.retrieve(query, top_k=self.top_k)]


def answer_chain(pipeline: AnswerPipeline) -> Runnable[str, Answer]:
    """retrieve → read → verify as one Runnable: a question in, a checked :class:`Answer` out."""
    return (
        RunnableLambda(pipeline.retrieve, name="retrieve")
        | RunnableLambda(pipeline.read, name="read")
        | RunnableLambda(pipeline.verify, name="verify")
    )


def _document(hit: Hit) -> Document:
    passage = hit.passage
    metadata: dict[str, Any] = {
        "passage_id": passage.passage_id,
        "article_id": passage.article_id,
        "version": passage.version,
        "title": passage.title,
        "locator": passage.locator,
        "start": passage.start,
        "end": passage.end,
        "published": passage.published,
        "url": passage.url,
        "lang": passage.lang,
        "rank": hit.rank,
        "score": hit.score,
    }
    return Document(page_content=passage.text, metadata=metadata, id=passage.passage_id)
