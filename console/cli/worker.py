"""`marque worker`: runs the crawls that are under way, beside any number of others."""

from __future__ import annotations

import click

from cases import rejudging
from console.cli import failures
from console.cli.house import House, common_options, pass_house
from console.cli.listening import listen_option, listening
from console.cli.renewal import remind
from console.plans import plan_of
from crawlers.worker import Shift, Worker


@click.command("worker")
@click.option(
    "--crawls",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Crawls at a time · 同时执行的采集任务数",
)
@click.option("--jobs", type=click.IntRange(1), help="Processes that examine · 检测进程数")
@listen_option
@click.option("--until-idle", is_flag=True, help="End when no crawl is left · 无采集任务时退出")
@common_options
@pass_house
def command(
    house: House, crawls: int, jobs: int | None, listen: str | None, *, until_idle: bool
) -> int:
    """Run the crawls that are under way, beside others · 执行采集任务，可多机并行.

    SIGTERM and Ctrl-C end it in order: what is under way is finished, the rest given back.
    """
    remind(house)
    rejudging.review(house.store.records)
    worker = Worker(
        house.location,
        lambda crawl: plan_of(house, crawl, jobs=jobs or house.settings.jobs),
        actor=house.settings.actor,
        shift=Shift(crawls=crawls, until_idle=until_idle),
    )
    with listening(house, listen, worker.health):
        house.note("working; Ctrl-C ends it in order", "开始工作；按 Ctrl-C 有序退出")
        worker.run()
    if worker.failure is not None:
        raise worker.failure
    return failures.OK
