"""The options that say where a crawl begins besides addresses: searches, sitemaps, lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from console import url_lists
from console.cli.options import options
from console.plans import access_of
from crawlers.discovery.engines import ENGINES
from crawlers.discovery.scope import scope_named
from crawlers.discovery.templates import template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from console.cli.house import House
    from index.documents import Assignment

_MOST_SHOWN: Final = 5
_QUERIES: Final = (
    click.option(
        "--search",
        "templates",
        multiple=True,
        metavar="TEMPLATE",
        help="Site's search: https://site/s?q={title}&page={page} · 站内检索网址模板",
    ),
    click.option(
        "--engine",
        "engines",
        multiple=True,
        metavar="NAME",
        help=f"Search engine ({', '.join(sorted(ENGINES))}) · 搜索引擎",
    ),
    click.option(
        "--works",
        "scopes",
        multiple=True,
        metavar="SCOPE",
        help="Searched for: all, key, kind:KIND, holder:NAME, WORK · 检索的作品范围",
    ),
    click.option(
        "--search-pages",
        type=click.IntRange(1, 50),
        help="Pages of results for a query, 2 without · 每次检索的结果页数，默认 2",
    ),
)
_LISTS: Final = (
    click.option(
        "--search-depth",
        type=click.IntRange(0, 20),
        help="Most steps from a result, 1 without · 检索结果的链接层数上限，默认 1",
    ),
    click.option(
        "--sitemaps/--no-sitemaps",
        default=None,
        help="Read sitemaps and feeds · 读取站点地图与订阅源",
    ),
)
list_option: Final = click.option(
    "--urls",
    "lists",
    multiple=True,
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="List of addresses, txt or csv · 网址清单（txt、csv）",
)
key_work_option: Final = click.option(
    "--key-work",
    "key_works",
    multiple=True,
    metavar="WORK",
    help="Key work, searched first · 重点作品，优先检索",
)


query_options = options(*_QUERIES)
"""Gives a command the options that say what is searched where; None: not said."""
search_options = options(*_QUERIES, *_LISTS)
"""Gives a command all options of discovery but lists of addresses."""


def search_facts(house: House, said: dict[str, Any]) -> dict[str, Any]:
    """Take what was said of searches out, and return it as an assignment's fields.

    An empty text takes back what was set. Raises `DiscoveryError`, and what naming a work raises.
    """
    templates, engines = said.pop("templates", ()), said.pop("engines", ())
    scopes: tuple[str, ...] = said.pop("scopes", ())
    facts: dict[str, Any] = {}
    if templates or engines:
        searches = [template(one).text for one in templates if one]
        searches += [access_of(house, one).name for one in engines if one]
        facts["searches"] = tuple(dict.fromkeys(searches))
    if scopes:
        named = (scope_named(house.store.records, one) for one in scopes if one)
        facts["search_works"] = tuple(dict.fromkeys(named))
    return facts


def listed(house: House, paths: Sequence[Path]) -> list[str]:
    """Return the addresses of lists; each line without one is named. Raises a usage error."""
    urls: list[str] = []
    for path in paths:
        try:
            found = url_lists.read(path)
        except url_lists.NotReadable as error:
            raise click.UsageError(f"{error} · 无法读取的清单") from error
        for one in found.refused:
            house.note(
                f"{path}:{one.line}: {one.text!r}: {one.english}",
                f"{path} 第 {one.line} 行 “{one.text}”：{one.chinese}",
            )
        if not found.urls:
            raise click.UsageError(f"{path} has no addresses · 清单中没有网址")
        urls += found.urls
    return list(dict.fromkeys(urls))


def said_places(house: House, one: Assignment) -> str:
    """Return where a crawl begins, a line each; of long lists the beginning."""
    places = [*one.urls, *one.searches]
    shown, left = places[:_MOST_SHOWN], len(places) - _MOST_SHOWN
    if left > 0:
        shown.append(house.say(f"… {left:,} more", f"……另有 {left:,} 个"))
    return "\n".join(shown)
