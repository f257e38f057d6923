"""Marque over the sites: the whole pipeline, from the frontier to cases, in a folder of its own."""

from __future__ import annotations

import sys
from multiprocessing import get_context
from pathlib import Path

from benchmarks.crawl.pages import protected
from crawlers import visits
from crawlers.crawl import run
from crawlers.frontier.contract import Politeness
from crawlers.frontier.location import FrontierLocation
from crawlers.frontier.redis.location import RedisLocation
from crawlers.plan import CrawlPlan
from crawlers.worker import Shift, Worker
from fingerprints.contract import Limits
from fingerprints.extraction import extract
from index.documents import Channel, Crawl, WorkKind
from index.registration import WorkFacts, register
from index.store import StoreLocation, open_store

_ACTOR = "benchmark"
_LOOK_S = 0.2


def prepare(data: Path) -> None:
    """Register the protected text."""
    store = open_store(StoreLocation(data))
    path = data / "protected.txt"
    path.write_text(protected(), "utf-8")
    facts = WorkFacts(category=WorkKind.LITERATURE, title="Protected", holder="Benchmark")
    with path.open("rb") as source:
        extraction = extract(source, limits=Limits(), filename=path.name)
    register(store, facts, path, extraction, actor=_ACTOR)


def crawl(
    data: Path, hosts: list[str], *, concurrency: int, jobs: int, redis_url: str, workers: int
) -> None:
    """Crawl in this process, or with `workers` of their own where these are several."""
    urls = tuple(f"http://{host}/" for host in hosts)
    records = open_store(StoreLocation(data)).records
    begun = visits.begin(records, urls, Channel.WEB, actor=_ACTOR, allow=tuple(hosts), delay_s=0.0)
    plan = plan_of(data, begun, concurrency, jobs, redis_url)
    if workers == 1:
        print(run(plan))
        return
    processes = [
        get_context("spawn").Process(target=work, args=(data, concurrency, jobs, redis_url))
        for _ in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def work(data: Path, concurrency: int, jobs: int, redis_url: str) -> None:
    worker = Worker(
        StoreLocation(data),
        lambda crawl: plan_of(data, crawl, concurrency, jobs, redis_url),
        actor=_ACTOR,
        shift=Shift(look_s=_LOOK_S, until_idle=True),
    )
    worker.run()


def plan_of(data: Path, crawl: Crawl, concurrency: int, jobs: int, redis_url: str) -> CrawlPlan:
    # A crawl of the same addresses in another folder has the same id, and was finished there.
    redis = RedisLocation(redis_url, prefix=data.name) if redis_url else None
    return CrawlPlan(
        crawl_id=crawl.id,
        channel=crawl.channel,
        urls=crawl.urls,
        store=StoreLocation(data),
        frontier=FrontierLocation(data / "frontier.db", redis),
        user_agent="Marque benchmark",
        allow=frozenset(crawl.allow),
        politeness=Politeness(delay_s=0.0, concurrency=max(1, concurrency // len(crawl.urls))),
        jobs=jobs,
    )


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(Path(sys.argv[2]))
    else:
        crawl(
            Path(sys.argv[2]),
            sys.argv[7:],
            concurrency=int(sys.argv[3]),
            jobs=int(sys.argv[4]),
            redis_url=sys.argv[5],
            workers=int(sys.argv[6]),
        )
