from __future__ import annotations

import os
import signal
import subprocess

import pytest

from assistant.errors import IndexStoreError
from assistant.index import analyst as module
from assistant.index.analyst import Analyst
from assistant.index.lexical import tokens_of
from assistant.types import BlockKind, Passage


def passages(count: int) -> list[Passage]:
    texts = [f"工場{number}は部品PPR-{9000 + number}を納めた。価格は{number}円。" for number in range(count)]
    return [
        Passage(
            passage_id=f"p{number}",
            article_id="a",
            version=1,
            ordinal=number,
            start=0,
            end=len(text),
            text=text,
            kind=BlockKind.PARAGRAPH,
            title="工場",
            lang="ja",
        )
        for number, text in enumerate(texts)
    ]


def test_both_processes_give_the_tokens_of_one_in_order() -> None:
    everything = passages(module._WORTH_A_PROCESS + 500)
    analyst = Analyst()
    try:
        few = analyst.tokens(everything[:10])
        assert analyst._process is None  # not worth its start
        many = analyst.tokens(everything)
        assert analyst._process is not None
    finally:
        analyst.close()
    assert few == [tokens_of(passage) for passage in everything[:10]]
    assert many == [tokens_of(passage) for passage in everything]


def test_a_killed_process_is_an_error() -> None:
    everything = passages(module._WORTH_A_PROCESS)
    analyst = Analyst()
    analyst.tokens(everything)
    process = analyst._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with pytest.raises(IndexStoreError, match="tokenising process ended with code -9"):
        analyst.tokens(everything)
    analyst.close()


def test_the_process_ends_when_its_input_closes() -> None:
    process: subprocess.Popen[bytes] = module._start()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    assert process.wait(timeout=60) == 0
    process.stdout.close()
