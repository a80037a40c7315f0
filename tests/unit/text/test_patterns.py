"""Patterns compiled late: every one of them compiles, and they act like patterns."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

import assistant
from assistant.text.patterns import lazy_pattern


def test_every_pattern_of_the_package_compiles() -> None:
    found = 0
    for module in pkgutil.walk_packages(assistant.__path__, "assistant."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if type(value).__name__ == "_Late":
                assert value.pattern, f"{module.name}.{name}"
                found += 1
    assert found > 300


def test_it_acts_like_a_pattern() -> None:
    late, compiled = lazy_pattern(r"(?P<n>\d+)\s*gb", re.IGNORECASE), re.compile(r"(?P<n>\d+)\s*gb", re.IGNORECASE)
    text = "144GBと96 gb"
    assert [match["n"] for match in late.finditer(text)] == [match["n"] for match in compiled.finditer(text)]
    assert late.sub("x", text) == compiled.sub("x", text)
    assert late.split(text) == compiled.split(text)
    assert (late.flags, late.groups, late.pattern) == (compiled.flags, compiled.groups, compiled.pattern)
    assert late.search("なし") is None


def test_a_wrong_pattern_is_told_with_its_first_use() -> None:
    wrong = lazy_pattern("(")
    with pytest.raises(re.error):
        wrong.search("x")
