"""What a scheduler counts for Prometheus. Every label has few values, however many targets are.

Source of the naming: prometheus.io/docs/practices/naming.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge

BEGUN: Final = Counter("marque_schedule_begun", "Due crawls that this scheduler began")
SKIPPED: Final = Counter(
    "marque_schedule_skipped", "Times that fell into a running crawl, as this scheduler saw them"
)
TARGETS: Final = Gauge("marque_schedule_targets", "Targets that are not paused")
LOOKED: Final = Gauge(
    "marque_schedule_looked_timestamp_seconds", "When this scheduler last looked at all targets"
)
