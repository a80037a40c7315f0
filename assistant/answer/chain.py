"""Search and answers as LangChain objects, for use in anybody's chain.

langchain-core takes about a second to import, so this module is loaded only when one of its
objects is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import ConfigDict

from assistant.answer.pipeline import AnswerPipeline, Found, Read
from assistant.types import Answer, Hit


class PassageRetriever(BaseRetriever):
    """Our search as a LangChain retriever. Scores and offsets are in the documents' metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Callable[[str], list[Hit]]

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        return [_document(hit) for hit in self.search(query)]


def answer_chain(using: Callable[[Callable[[AnswerPipeline], Any]], Any]) -> Runnable[str, Answer]:
    """retrieve → read → verify as one Runnable: a question in, a checked :class:`Answer` out.

    Args:
        using: Calls a function with the pipeline of the generation in force and keeps that
            generation open meanwhile.
    """

    def retrieve(question: str) -> Found:
        found: Found = using(lambda pipeline: pipeline.retrieve(question))
        return found

    def read(found: Found) -> Read:
        draft: Read = using(lambda pipeline: pipeline.read(found))
        return draft

    def verify(draft: Read) -> Answer:
        answer: Answer = using(lambda pipeline: pipeline.verify(draft))
        return answer

    return RunnableLambda(retrieve) | RunnableLambda(read) | RunnableLambda(verify)


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
