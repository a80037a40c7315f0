"""The intake that the settings ask for."""

from __future__ import annotations

from assistant.ingest import Intake, Limits
from assistant.ingest.web.document import fetch_documents
from assistant.ingest.web.fetch import Fetcher, FetchPolicy
from assistant.settings import Settings


def intake_for(settings: Settings) -> Intake:
    """An intake within the limits of the settings; it reads the web only if they say so."""
    limits = Limits(**settings.ingest.model_dump())
    if not settings.fetch.enabled:
        return Intake(limits)
    web = settings.fetch
    policy = FetchPolicy(
        allow_hosts=web.allow_hosts,
        allow_http=web.allow_http,
        max_bytes=web.max_mb * 1024 * 1024,
        max_seconds=web.max_seconds,
        max_redirects=web.max_redirects,
    )
    return Intake(limits, fetch=fetch_documents(Fetcher(policy)))
