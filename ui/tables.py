"""What readers may know of."""

from __future__ import annotations

from ui.protocol import SourceSummary


def is_public(source: SourceSummary) -> bool:
    """Whether readers may know of an article: it is neither withdrawn nor under embargo."""
    return not source.withdrawn and str(source.standing) not in ("embargo", "withdrawn", "removed", "gone")
