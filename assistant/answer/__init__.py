"""Answers: passages to verified sentences with citations, or a refusal."""
