"""The stored documents, each with every field described once."""

from index.documents.cases import Case, CaseState, CaseUrl, Covered
from index.documents.crawls import (
    Assignment,
    Channel,
    Crawl,
    CrawlState,
    Failure,
    Rendering,
    Revisit,
    Sighting,
    Target,
)
from index.documents.events import Event, event
from index.documents.grants import Grant
from index.documents.matches import Match, Span
from index.documents.record import Meaning, Piece, Record, content_id, moment_text, now, worded
from index.documents.works import Identifier, Medium, Work, WorkKind, folded, work_id

RECORDS: tuple[type[Record], ...] = (
    Work,
    Grant,
    Target,
    Crawl,
    Sighting,
    Match,
    Case,
    CaseUrl,
    Event,
)
"""Every kind of stored document."""

__all__ = [
    "RECORDS",
    "Assignment",
    "Case",
    "CaseState",
    "CaseUrl",
    "Channel",
    "Covered",
    "Crawl",
    "CrawlState",
    "Event",
    "Failure",
    "Grant",
    "Identifier",
    "Match",
    "Meaning",
    "Medium",
    "Piece",
    "Record",
    "Rendering",
    "Revisit",
    "Sighting",
    "Span",
    "Target",
    "Work",
    "WorkKind",
    "content_id",
    "event",
    "folded",
    "moment_text",
    "now",
    "worded",
    "work_id",
]
