"""What a worker counts for Prometheus. Every label has few values, whatever sites do.

Source of the naming: prometheus.io/docs/practices/naming.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

VISITS: Final = Counter(
    "marque_visits",
    "Visits that ended, by channel and by what they brought",
    ("channel", "outcome"),
)
FETCHED: Final = Counter("marque_fetched_bytes", "Bytes of content that came", ("channel",))
CRAWLS: Final = Gauge("marque_crawls", "Running crawls: worked on here, or waiting", ("state",))
LEASES: Final = Gauge("marque_leases", "Addresses that this worker holds")
DOWNLOADS: Final = Histogram("marque_download_seconds", "From request to answer", ("channel",))
EXAMINATIONS: Final = Histogram(
    "marque_examination_seconds", "From sighting to verdict, waiting included", ("channel",)
)
PROFILE_PAGES: Final = Counter(
    "marque_profile_pages",
    "Pages read by site profiles, and whether they had all fields they must have",
    ("profile", "outcome"),
)
PROFILE_BREAKS: Final = Counter(
    "marque_profile_breaks", "Fields of a site found to have broken", ("profile",)
)


def outcome(code: str) -> str:
    """Return the label for why a visit brought nothing: HTTP's codes by their class, ours as is."""
    return f"http_{code[5]}xx" if code.startswith("http_") else code
