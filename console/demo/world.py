"""The world of the demonstration: works, who may show them, and the sites that show something."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.demo.server import ServedSite, served
from console.demo.sites import gallery_site, innocent_site, licensed_site, novel_site
from index.documents import WorkKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from console.demo.content import Content, Picture, Text
    from console.demo.sites import Site

TEXT_HOLDER = "演示出版社 Demo Press"
PICTURE_HOLDER = "演示图片社 Demo Pictures"
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
        """The truth by construction: (site's host, work's title) where a copy has no grant."""
        granted = {(grant.site, title) for grant in self.grants for title in grant.titles}
        shown = {(at.host, title) for at in self.sites for title in at.site.carries}
        return frozenset(shown - granted)


@contextmanager
def demo_world(content: Content) -> Iterator[DemoWorld]:
    """Build the sites out of the content and serve them on loopback until the block ends."""
    with ExitStack() as stack:
        sites = tuple(stack.enter_context(served(site)) for site in sites_of(content))
        yield DemoWorld(works_of(content), _grants(content, sites), sites)


def works_of(content: Content) -> tuple[DemoWork, ...]:
    """Return the works to be registered."""
    return (*map(_written, content.texts), *map(_pictured, content.pictures))


def sites_of(content: Content) -> tuple[Site, ...]:
    """Build the sites: two of pirates, an innocent one and a licensed one."""
    covers = content.innocent_pictures or content.pictures
    return (
        novel_site(content.texts, content.innocent_texts, covers[-1].content if covers else None),
        gallery_site(content.pictures, content.innocent_pictures),
        innocent_site(content),
        licensed_site(content.texts, _licensed(content)),
    )


def _licensed(content: Content) -> tuple[Picture, ...]:
    return content.pictures[-3:]


def _grants(content: Content, sites: tuple[ServedSite, ...]) -> tuple[DemoGrant, ...]:
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
