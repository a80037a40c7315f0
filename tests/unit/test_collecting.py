"""Thresholds of the garbage collector while much is made."""

from __future__ import annotations

import gc
import threading

import pytest

from assistant.collecting import RareCollections


def test_thresholds_come_back_when_the_last_has_left() -> None:
    before, rare = gc.get_threshold(), RareCollections()
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with rare:
            entered.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    with rare:
        raised = gc.get_threshold()
        thread.start()
        entered.wait(60)
    assert raised[0] > before[0]
    assert gc.get_threshold() == raised
    leave.set()
    thread.join(60)
    assert gc.get_threshold() == before


def test_an_error_leaves_them_as_they_were() -> None:
    before, rare = gc.get_threshold(), RareCollections()
    with pytest.raises(ValueError, match="x"), rare:
        raise ValueError("x")
    assert gc.get_threshold() == before
