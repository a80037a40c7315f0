"""Pairs of copies to groups of copies."""

from __future__ import annotations

from collections.abc import Iterable


def groups(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each article that has a copy, with all articles of its group, itself included."""
    parent: dict[str, str] = {}

    def root(item: str) -> str:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, two in pairs:
        first, second = sorted((root(one), root(two)))
        parent[second] = first
    members: dict[str, set[str]] = {}
    for item in parent:
        members.setdefault(root(item), set()).add(item)
    return {item: frozenset(found) for found in members.values() for item in found}
