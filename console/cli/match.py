"""`marque match`: compare local files with the registry; files no case."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli import failures
from console.cli.batch import answers, progress
from console.cli.house import House, common_options, pass_house
from console.cli.match_lines import match_line
from console.cli.renewal import remind
from console.cli.speech import say_line
from console.cli.works import files_in
from console.files import FileToMatch, Matched, MatcherSource
from index.contract import Query
from index.documents import Work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@click.command("match")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Processes · 进程数")
@click.option(
    "--fail-on-match", is_flag=True, help="Exit 10 when a copy is found · 发现复制件时返回 10"
)
@common_options
@pass_house
def command(house: House, paths: tuple[Path, ...], jobs: int | None, *, fail_on_match: bool) -> int:
    """Match local files or folders with the registry · 将本地文件或目录与作品库比对."""
    if not house.store.records.count(Query(Work)):
        house.note(
            f"no works are registered in {house.settings.data}",
            f"{house.settings.data} 中尚未登记任何作品",
        )
    remind(house)
    found = False
    files = [FileToMatch(path=path) for path in files_in(paths)]
    with progress(house, house.say("matching", "比对中")) as bar:
        task = bar.add_task("", total=len(files))
        for answer in _matched(house, files, jobs or house.settings.jobs):
            bar.advance(task)
            found = found or bool(answer.matches)
            _print(house, answer)
    return failures.MATCH_FOUND if found and fail_on_match else failures.OK


def _matched(house: House, files: Sequence[FileToMatch], jobs: int) -> Iterator[Matched]:
    threshold = house.settings.match_threshold
    return answers(
        files,
        MatcherSource(house.location, house.limits.files, threshold),
        Matched.refused,
        takes=FileToMatch,
        gives=Matched,
        jobs=jobs,
        limits=house.limits,
    )


def _print(house: House, answer: Matched) -> None:
    if house.as_json:
        house.emit(match_line(answer))
        return
    if answer.error:
        say_line(house, f"{answer.path}  —  {answer.error} ({answer.reason})")
    for match in answer.matches:
        granted = house.say(" (granted)", "（已授权）") if match.granted else ""
        title = house.say(match.title, f"《{match.title}》")
        say_line(house, f"{answer.path}  {match.best.score:.2f}  {title} — {match.holder}{granted}")
    if not answer.error and not answer.matches:
        say_line(house, f"{answer.path}  —  {house.say('no match', '无匹配')}")
