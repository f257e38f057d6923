"""`marque scheduler`: begins the crawls that are due, for workers to run."""

from __future__ import annotations

import signal
from threading import Event
from typing import TYPE_CHECKING

import click

from console.cli import failures
from console.cli.house import House, common_options, pass_house
from console.cli.listening import listen_option, listening
from console.cli.speech import say_line
from console.cli.telling import said_moment
from crawlers.schedule.watch import Watch, keep_watch

if TYPE_CHECKING:
    from types import FrameType

    from index.documents import Crawl


@click.command("scheduler")
@click.option("--once", is_flag=True, help="Look once and end · 只检查一次")
@click.option(
    "--poll",
    "poll_s",
    type=click.FloatRange(0.1, 60),
    help="See what is new within so many seconds · 发现变更的最长时间（秒）",
)
@listen_option
@common_options
@pass_house
def command(house: House, poll_s: float | None, listen: str | None, *, once: bool) -> int:
    """Begin crawls that are due; any number may run · 按计划启动采集，可同时运行多个.

    Workers (marque worker) run what it begins. SIGTERM and Ctrl-C end it.
    """
    watch = Watch(house.store.records)
    if once:
        for crawl in watch.look():
            _tell(house, crawl)
        return failures.OK
    ends, interrupted = Event(), Event()

    def end(number: int, _: FrameType | None) -> None:
        if number == signal.SIGINT:
            interrupted.set()
        ends.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with listening(house, listen, watch.health):
        house.note("the schedule is kept; Ctrl-C ends it", "正在按计划调度；按 Ctrl-C 结束")
        keep_watch(
            watch,
            poll_s=poll_s or house.settings.schedule.poll_s,
            ends=ends,
            told=lambda crawl: _tell(house, crawl),
        )
    return failures.INTERRUPTED if interrupted.is_set() else failures.OK


def _tell(house: House, crawl: Crawl) -> None:
    if house.as_json:
        house.emit(crawl.model_dump(mode="json"))
        return
    due, place = crawl.due_at or crawl.started_at, (*crawl.urls, *crawl.searches)[0]
    due_said = said_moment(due, house.settings.schedule.time_zone)
    say_line(
        house,
        house.say(
            f"{crawl.id} begun: {place}, due {due_said}",
            f"{crawl.id} 已启动：{place}，计划时间 {due_said}",
        ),
    )
