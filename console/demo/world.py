"""The world of the demonstration: works, who may show them, and the sites that show something."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.demo.server import ServedSite, served
from console.demo.sites import (
    app_site,
    comic_site,
    community_site,
    document_site,
    film_site,
    forum_site,
    found_site,
    gallery_site,
    innocent_site,
    licensed_site,
    novel_site,
    search_site,
    song_site,
)
from index.documents import WorkKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Content, Picture, Text
    from console.demo.productions import Production, Productions
    from console.demo.sites import Site

TEXT_HOLDER = "演示出版社 Demo Press"
PICTURE_HOLDER = "演示图片社 Demo Pictures"
HOLDERS = {
    WorkKind.VIDEO: "演示影业 Demo Films",
    WorkKind.MUSIC: "演示唱片 Demo Records",
    WorkKind.GAME: "演示游戏 Demo Games",
    WorkKind.COMIC: "演示漫画社 Demo Comics",
    WorkKind.STANDARD: "演示标准社 Demo Standards",
}
LICENSEE = "授权文库 Licensed Library"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoWork:
    """A work to be registered, with its one file."""

    title: str
    category: WorkKind
    holder: str
    filename: str
    content: bytes
    creators: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoGrant:
    """A grant to be recorded; `site` is a host with its port, `titles` the works it covers."""

    grantor: str
    grantee: str
    titles: tuple[str, ...]
    site: str


@dataclass(frozen=True, slots=True)
class DemoWorld:
    """Everything there is while the sites are being served."""

    works: tuple[DemoWork, ...]
    grants: tuple[DemoGrant, ...]
    sites: tuple[ServedSite, ...]

    @property
    def accusable(self) -> frozenset[tuple[str, str]]:
        """The truth by construction: (site or account, work's title) where a copy has no grant."""
        granted = {(grant.site, title) for grant in self.grants for title in grant.titles}
        shown = frozenset().union(*(at.site.offers_at(at.host) for at in self.sites))
        return shown - granted


@contextmanager
def demo_world(content: Content, made: Productions | None = None) -> Iterator[DemoWorld]:
    """Build the sites out of the content and serve them on loopback until the block ends.

    What is `made` is shown on sites of its own.
    """
    with ExitStack() as stack:
        sites = [stack.enter_context(served(site)) for site in sites_of(content, made)]
        if made is not None:
            search = search_site(content.texts, *_found_by_search(content, sites))
            at = next(n for n, one in enumerate(sites) if not one.site.is_named)
            sites.insert(at, stack.enter_context(served(search)))
        yield DemoWorld(works_of(content, made), _grants(content, sites), tuple(sites))


def works_of(content: Content, made: Productions | None = None) -> tuple[DemoWork, ...]:
    """Return the works to be registered."""
    works = [*map(_written, content.texts), *map(_pictured, content.pictures)]
    if made is not None:
        shelves = {
            WorkKind.VIDEO: made.films,
            WorkKind.MUSIC: made.songs,
            WorkKind.GAME: made.programs,
            WorkKind.COMIC: made.comics,
            WorkKind.STANDARD: made.standards,
        }
        works += [_made(one, kind) for kind, shelf in shelves.items() for one in shelf.works]
    return tuple(works)


def sites_of(content: Content, made: Productions | None = None) -> tuple[Site, ...]:
    """Build the sites: those of pirates, an innocent one and a licensed one."""
    drawn = made.drawn if made is not None else frozenset[str]()
    others = tuple(one for one in content.innocent_pictures if one.filename not in drawn)
    covers = others or content.pictures
    return (
        novel_site(content.texts, content.innocent_texts, covers[-1].content if covers else None),
        gallery_site(content.pictures, others),
        *(_more_sites(content, made) if made is not None else ()),
        innocent_site(replace(content, innocent_pictures=others)),
        licensed_site(content.texts, _licensed(content)),
    )


def _more_sites(content: Content, made: Productions) -> Iterator[Site]:
    yield song_site(made.songs)
    yield film_site(made.films)
    yield app_site(made.programs)
    yield comic_site(made.comics)
    yield document_site(made.standards)
    yield forum_site(made.films, made.songs)
    yield community_site(content.texts, content.innocent_texts)
    yield found_site(content.texts)


def _found_by_search(
    content: Content, sites: Sequence[ServedSite]
) -> tuple[str, list[tuple[str, str]]]:
    """Return where the unnamed site is, and what else a search for the texts finds."""
    at = {one.site.name: one.url for one in sites}
    reviews = [
        (f"{at['innocent']}review/{number}.html", f"《{text.title}》读后感")
        for number, text in enumerate(content.texts, 1)
    ]
    licensed = [
        (f"{at['licensed']}read/{number}/", f"{text.title}（正版）在线阅读")
        for number, text in enumerate(content.texts, 1)
    ]
    return at["found"], [*reviews, *licensed]


def _licensed(content: Content) -> tuple[Picture, ...]:
    return content.pictures[-3:]


def _grants(content: Content, sites: Sequence[ServedSite]) -> tuple[DemoGrant, ...]:
    where = next(at.host for at in sites if at.site.name == "licensed")
    granted = {
        TEXT_HOLDER: tuple(text.title for text in content.texts),
        PICTURE_HOLDER: tuple(picture.title for picture in _licensed(content)),
    }
    return tuple(
        DemoGrant(grantor=holder, grantee=LICENSEE, titles=titles, site=where)
        for holder, titles in granted.items()
        if titles
    )


def _written(text: Text) -> DemoWork:
    return DemoWork(
        title=text.title,
        category=WorkKind.LITERATURE,
        holder=TEXT_HOLDER,
        filename=f"{text.title}.txt",
        content=text.words.encode(),
        creators=text.creators,
        aliases=text.aliases,
    )


def _pictured(picture: Picture) -> DemoWork:
    return DemoWork(
        title=picture.title,
        category=WorkKind.IMAGE,
        holder=PICTURE_HOLDER,
        filename=picture.filename,
        content=picture.content,
    )


def _made(one: Production, kind: WorkKind) -> DemoWork:
    return DemoWork(
        title=one.title,
        category=kind,
        holder=HOLDERS[kind],
        filename=one.filename,
        content=one.content,
    )
