"""All hostile and odd files, each with its expected outcome."""

from __future__ import annotations

from tests.hostile import markup, office, texts

CASES = [*texts.CASES, *markup.CASES, *office.CASES]
HEAVY = [*texts.HEAVY, *markup.HEAVY]
