"""The tree of errors and the exit codes that scripts rely on."""

from __future__ import annotations

import pickle

import pytest

from assistant import errors
from assistant.errors import AssistantError

TREE = {
    "AssistantError": (Exception, 1),
    "ConfigError": (AssistantError, 2),
    "CorpusError": (AssistantError, 3),
    "IndexStoreError": (AssistantError, 4),
    "IndexMissingError": (errors.IndexStoreError, 4),
    "IndexStaleError": (errors.IndexStoreError, 4),
    "IndexDamagedError": (errors.IndexStoreError, 4),
    "IndexBusyError": (errors.IndexStoreError, 4),
    "ModelError": (AssistantError, 5),
    "ModelUnavailableError": (errors.ModelError, 5),
    "ModelOutputError": (errors.ModelError, 5),
}


def test_the_tree_is_complete() -> None:
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert defined == set(TREE)


@pytest.mark.parametrize("name", TREE)
def test_parent_and_exit_code(name: str) -> None:
    parent, exit_code = TREE[name]
    error = getattr(errors, name)
    assert error.__base__ is parent
    assert error.exit_code == exit_code


def test_the_docstring_draws_the_tree() -> None:
    assert errors.__doc__ is not None
    for name in TREE:
        assert name in errors.__doc__


@pytest.mark.parametrize(
    ("error", "attributes"),
    [
        (errors.CorpusError("m", path="/a.md"), {"path": "/a.md"}),
        (errors.CorpusError("m"), {"path": None}),
        (errors.IndexStaleError("m", found="a", wanted="b"), {"found": "a", "wanted": "b"}),
        (errors.IndexDamagedError("m", damaged=("x",)), {"damaged": ("x",)}),
        (errors.IndexBusyError("m", pid=7), {"pid": 7}),
        (errors.ModelOutputError("m", raw="{"), {"raw": "{", "retryable": False}),
        (errors.ModelUnavailableError("m"), {"retryable": True}),
    ],
)
def test_values_are_attributes(error: AssistantError, attributes: dict[str, object]) -> None:
    assert str(error) == "m"
    assert {name: getattr(error, name) for name in attributes} == attributes


@pytest.mark.parametrize("name", sorted(set(TREE) - {"IndexStaleError"}))
def test_an_error_survives_a_process_boundary(name: str) -> None:
    error = pickle.loads(pickle.dumps(getattr(errors, name)("what happened")))
    assert str(error) == "what happened"
