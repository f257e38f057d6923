"""`marque profiles`: what is where on the pages of sites, tried, checked, and whether it holds."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import click

from console.cli import failures
from console.cli.house import House, common_options, pass_house
from console.cli.schedule_options import refuse_wrong_hosts
from console.cli.speech import add_row, say_line, table
from console.plans import frontier_of, profiles_of
from crawlers.browser.options import BrowserOptions
from crawlers.links import canonical
from crawlers.plan import CrawlPlan, Patience
from crawlers.profiles import golden, standing
from crawlers.profiles.picture import NAMES, drawn
from crawlers.profiles.reader import Reader, fits
from crawlers.profiles.shelf import Shelf, open_shelf, read_profile, text_of
from index.documents import Channel, Rendering, content_id, now
from index.sites import site_of
from index.store import StoreLocation

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawlers.browser.snapshot import Snapshot
    from crawlers.profiles.form import Profile
    from crawlers.profiles.golden import SavedPage
    from crawlers.profiles.reading import Reading
    from crawlers.profiles.standing import Standing

_MOST_BYTES: Final = 64 * 2**20
_LONGEST_SHOWN: Final = 300
_MOST_SHOWN: Final = 8
_DELAY_S: Final = 1.0


@click.group("profiles")
def command() -> None:
    """What is where on the pages of sites · 站点规则."""


@command.command("list")
@common_options
@pass_house
def list_(house: House) -> int:
    """List profiles, own ones first, in the order in which they are tried · 列出站点规则."""
    shelf = open_shelf(profiles_of(house))
    rows = table(house, ("Profile", "规则"), ("Whose", "来源"), ("Pages", "页面"), ("For", "适用"))
    for profile in shelf.profiles:
        is_own = profile.name in shelf.own
        if house.as_json:
            house.emit({"name": profile.name, "own": is_own, **profile.model_dump(mode="json")})
            continue
        whose = house.say("own", "自定义") if is_own else house.say("engine", "内置")
        pages = ", ".join(profile.pages)
        add_row(rows, profile.name, whose, pages, ", ".join(profile.site.hosts) or profile.title)
    if not house.as_json:
        house.out.print(rows)
    for error in shelf.refused:
        house.note(f"Refused: {error}", f"未采用：{error}")
    return failures.USAGE if shelf.refused else failures.OK


@command.command()
@click.argument("name")
@common_options
@pass_house
def show(house: House, name: str) -> None:
    """Print a profile's file, as a model for one's own · 输出规则文件，可作自定义的样本."""
    folder = profiles_of(house)
    profile = open_shelf(folder).get(name)
    if house.as_json:
        house.emit(profile.model_dump(mode="json"))
    else:
        click.echo(text_of(name, folder), nl=False)


@command.command()
@click.argument("place", metavar="URL_OR_FILE")
@click.option("--url", metavar="URL", help="Address of a saved page · 已保存页面的网址")
@click.option(
    "--profile", "named", metavar="NAME_OR_FILE", help="Read by this profile only · 只用此规则"
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Picture of the page with what was read in boxes · 标注识别结果的页面截图",
)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep page and result as an example for check · 存为样例，供 check 使用",
)
@click.option(
    "--allow", multiple=True, metavar="HOST[:PORT]", help="Private host allowed · 允许的内网主机"
)
@click.option("--render", is_flag=True, help="Show it in the browser first · 先由浏览器渲染")
@common_options
@pass_house
def test(  # noqa: PLR0913  the options
    house: House,
    /,
    place: str,
    url: str | None,
    named: str | None,
    picture: Path | None,
    keep: Path | None,
    allow: tuple[str, ...],
    *,
    render: bool,
) -> int:
    """Show what each field yields on a page · 显示规则在某页面上的识别结果."""
    shelf = _shelf(house, named)
    reads = _reads(shelf, forced=named is not None)
    if "://" in place:
        refuse_wrong_hosts(allow)
        page, snapshot = _fetched(house, place, allow, reads if picture else None, render=render)
    else:
        page, snapshot = _saved(house, place, url, reads if picture else None)
    reading = reads(page)
    _tell(house, page, reading, shelf if named else None)
    if picture is not None:
        _draw(house, picture, snapshot)
    if keep is not None:
        golden.keep(keep, page, reading)
    return failures.OK if reading.profile and not reading.missing else failures.NOT_FOUND


@command.command()
@click.argument(
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=False,
)
@common_options
@pass_house
def check(house: House, folder: Path | None) -> int:
    """Read all examples of a folder again and tell what differs · 复核样例."""
    place = folder or profiles_of(house) / "examples"
    shelf = open_shelf(profiles_of(house))
    found = list(golden.differences(place, shelf))
    for one in found:
        where = str(one.folder)
        if house.as_json:
            house.emit({"folder": where, "expected": one.expected, "read": one.read})
        else:
            say_line(house, where)
            for line in _differing(one.expected, one.read):
                say_line(house, f"  {line}")
    total = len(golden.examples(place))
    house.note(f"{total} examples, {len(found)} differ", f"样例 {total} 个，不一致 {len(found)} 个")
    for error in shelf.refused:
        house.note(f"Refused: {error}", f"未采用：{error}")
    return failures.CONFLICT if found or shelf.refused else failures.OK


@command.command()
@click.option("--site", metavar="SITE", help="Only of this site · 仅此网站")
@click.option("--broken", is_flag=True, help="Only what no longer holds · 仅显示已失效的")
@common_options
@pass_house
def status(house: House, site: str | None, *, broken: bool) -> None:
    """Tell on which sites profiles hold, and where they broke · 各网站规则是否仍然有效."""
    found = standing.standings(house.store.records, site_of(f"//{site}") if site else None)
    say_standings(house, [one for one in found if not (broken and one.holds)])


def say_standings(house: House, found: list[Standing]) -> None:
    """Print how points stand: a JSON line or a row each."""
    rows = table(
        house,
        ("Site", "网站"),
        ("Pages", "页面"),
        ("Field", "字段"),
        ("State", "状态"),
        ("Since (UTC)", "起始（UTC）"),
        ("Without it", "缺少"),
        ("Crawl", "采集"),
    )
    for one in found:
        if house.as_json:
            house.emit(standing_json(one))
            continue
        add_row(
            rows,
            one.site,
            one.point.pages,
            one.point.field or house.say("(such a page)", "（此类页面）"),
            house.say("holds", "有效") if one.holds else house.say("broken", "失效"),
            one.since.strftime("%Y-%m-%d %H:%M:%S"),
            f"{one.without}/{one.pages}",
            one.crawl_id,
        )
    if not house.as_json:
        house.out.print(rows)


def standing_json(one: Standing) -> dict[str, Any]:
    """Return a standing as JSON has it."""
    return {
        "site": one.site,
        "pages_of": one.point.pages,
        "field": one.point.field,
        "holds": one.holds,
        "since": one.since.isoformat(),
        "pages": one.pages,
        "without": one.without,
        "crawl_id": one.crawl_id,
    }


def _shelf(house: House, named: str | None) -> Shelf:
    shelf = open_shelf(profiles_of(house))
    if named is None:
        return shelf
    file = Path(named)
    is_file = named.endswith(".toml") or file.is_file()
    return Shelf((read_profile(file) if is_file else shelf.get(named),))


def _reads(shelf: Shelf, *, forced: bool) -> Callable[[SavedPage], Reading]:
    """Return what reads a page: also where a profile's signs don't fit, if it was named."""

    def read(saved: SavedPage) -> Reading:
        page = saved.page()
        if forced:
            return Reader(shelf).read_as(shelf.profiles[0], page, saved.at)
        return Reader(shelf).read(page, saved.at)

    return read


def _fetched(
    house: House,
    url: str,
    allow: tuple[str, ...],
    reads: Callable[[SavedPage], Reading] | None,
    *,
    render: bool,
) -> tuple[SavedPage, Snapshot | None]:
    from crawlers.profiles.trial import visited  # noqa: PLC0415  it starts an event loop

    if canonical(url) is None:
        raise click.UsageError(f"{url} is not an http(s) address · 不是 http(s) 网址")
    settings = house.settings
    plan = CrawlPlan(
        crawl_id=content_id("trial", url, now().isoformat()),
        channel=Channel.WEB,
        urls=(url,),
        store=StoreLocation(Path(tempfile.gettempdir())),
        frontier=frontier_of(house),
        user_agent=house.user_agent,
        allow=frozenset(allow),
        patience=Patience(tries=1, timeout_s=settings.crawl.timeout_s),
        max_body_bytes=settings.crawl.max_body_bytes,
        render=Rendering.ALWAYS if render else Rendering.NEVER,
        browser=BrowserOptions(**settings.browser.model_dump()),
    )
    trial = visited(plan, reads)
    return trial.page, trial.snapshot


def _saved(
    house: House, place: str, url: str | None, reads: Callable[[SavedPage], Reading] | None
) -> tuple[SavedPage, Snapshot | None]:
    from crawlers.profiles.trial import shown  # noqa: PLC0415  as above

    if url is None or canonical(url) is None:
        raise click.UsageError("--url: a saved page's address is needed · 须注明页面网址")
    try:
        with Path(place).open("rb") as source:
            body = source.read(_MOST_BYTES)
    except OSError as error:
        raise click.UsageError(f"{place}: {error.strerror} · 无法读取") from error
    browser = BrowserOptions(**house.settings.browser.model_dump())
    at = datetime.now(ZoneInfo(browser.time_zone))
    page = golden.SavedPage(url=url, body=body, content_type="text/html", at=at)
    return page, shown(page, reads, browser) if reads else None


def _tell(house: House, page: SavedPage, reading: Reading, forced: Shelf | None) -> None:
    said = golden.told(reading)
    profile: Profile | None = forced.profiles[0] if forced else reading.profile
    if house.as_json:
        house.emit({"url": page.url, **said})
        return
    if forced and profile is not None and not fits(profile, page.page()):
        house.note(
            f"a crawl would not read this page by {profile.name}: host and signs don't fit",
            f"采集时不会对该页面使用 {profile.name}：主机与标志均不符",
        )
    if not reading.name:
        house.note("no profile is for this page", "没有适用于该页面的规则")
        return
    say_line(house, f"{reading.name}  {page.url}")
    rows = table(house, ("Field", "字段"), ("Yields", "结果"))
    for name in reading.fields():
        if name in said["missing"]:
            add_row(rows, _named(house, name), house.say("MISSING (required)", "缺失（必有字段）"))
        elif name in said["fields"]:
            add_row(rows, _named(house, name), _shown(said["fields"][name]))
        else:
            add_row(rows, _named(house, name), "–")
    house.out.print(rows)


def _named(house: House, name: str) -> str:
    return f"{NAMES.get(name, name)} {name}" if house.chinese else name


def _shown(said: Any) -> str:
    if isinstance(said, str):
        return said if len(said) <= _LONGEST_SHOWN else f"{said[:_LONGEST_SHOWN]}… ({len(said)})"
    lines = [one if isinstance(one, str) else _item(one) for one in said[:_MOST_SHOWN]]
    more = len(said) - len(lines)
    return "\n".join([*lines, *([f"… +{more}"] if more else [])])


def _item(said: dict[str, Any]) -> str:
    return " | ".join(
        f"{name}: {' '.join(str(value).split())[:80]}" for name, value in said.items()
    )


def _draw(house: House, file: Path, snapshot: Snapshot | None) -> None:
    if snapshot is None or snapshot.screenshot is None:
        house.note("no picture could be taken", "未能截图")
        return
    file.write_bytes(drawn(snapshot.screenshot, snapshot.boxes, chinese=house.chinese))
    house.note(f"picture: {file}", f"截图：{file}")


def _differing(expected: dict[str, Any], read: dict[str, Any]) -> list[str]:
    """Return what differs, a line each."""
    before, after = _flat(expected), _flat(read)
    return [
        f"{name}: {_brief(before.get(name))} → {_brief(after.get(name))}"
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    ]


def _flat(said: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = said.get("fields", {})
    return {"profile": said.get("profile"), "missing": said.get("missing"), **fields}


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
