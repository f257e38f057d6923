"""Marque over the sites: the whole pipeline, from the frontier to cases, in a folder of its own."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.crawl.pages import protected
from crawlers import visits
from crawlers.crawl import run
from crawlers.frontier.contract import Politeness
from crawlers.frontier.location import FrontierLocation
from crawlers.plan import CrawlPlan
from fingerprints.contract import Limits
from fingerprints.extraction import extract
from index.documents import Channel, WorkKind
from index.registration import WorkFacts, register
from index.store import StoreLocation, open_store

_ACTOR = "benchmark"


def prepare(data: Path) -> None:
    """Register the protected text."""
    store = open_store(StoreLocation(data))
    path = data / "protected.txt"
    path.write_text(protected(), "utf-8")
    facts = WorkFacts(category=WorkKind.LITERATURE, title="Protected", holder="Benchmark")
    with path.open("rb") as source:
        extraction = extract(source, limits=Limits(), filename=path.name)
    register(store, facts, path, extraction, actor=_ACTOR)


def crawl(data: Path, hosts: list[str], concurrency: int, jobs: int) -> None:
    location = StoreLocation(data)
    urls = tuple(f"http://{host}/" for host in hosts)
    begun = visits.begin(open_store(location).records, urls, Channel.WEB, actor=_ACTOR)
    plan = CrawlPlan(
        crawl_id=begun.id,
        channel=Channel.WEB,
        urls=urls,
        store=location,
        frontier=FrontierLocation(data / "frontier.db"),
        user_agent="Marque benchmark",
        allow=frozenset(hosts),
        politeness=Politeness(delay_s=0.0, concurrency=max(1, concurrency // len(hosts))),
        jobs=jobs,
    )
    print(run(plan))


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        crawl(Path(sys.argv[2]), sys.argv[5:], int(sys.argv[3]), int(sys.argv[4]))
