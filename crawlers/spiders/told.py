"""What site profiles tell spiders, joined with what is found without them: nothing gets lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from crawlers.links import same_site
from crawlers.spiders.literature.catalogues import ChapterLink, chapters_of
from crawlers.spiders.social.posts import MOST_POSTS, Post
from crawlers.spiders.social.posts import Medium as PostMedium
from crawlers.spiders.streaming.scripts import Medium

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawlers.profiles.reading import Item
    from crawlers.spiders.literature.chapters import Pager
    from crawlers.spiders.pages import Page

_FACTS: Final = (
    *("author", "developer", "package", "version", "price", "views", "downloads", "members"),
    *("likes", "favourites", "comments", "published"),
)
_CONTACTS: Final = ("qq", "wechat", "telegram", "email", "phone")
_LONGEST_FACT: Final = 120
_LONGEST_FLOOR: Final = 9


def chapters_on(page: Page) -> list[ChapterLink]:
    """Return the chapters of a catalogue page in reading order; none when it isn't one.

    A profile whose list is only part of what is found without it is not believed.
    """
    told = {
        link.url: link
        for item in page.reading.items("chapters")
        for link in [_chapter(item)]
        if link.url != page.url and same_site(link.url, page.url)
    }
    generic = chapters_of(page)
    if told.keys() < {link.url for link in generic}:
        return generic
    return [*told.values(), *(link for link in generic if link.url not in told)]


def _chapter(item: Item) -> ChapterLink:
    title = item["title"][0].text if "title" in item else ""
    return ChapterLink(item["url"][0].text, title)


def ways_from(page: Page, ways: Pager) -> Pager:
    """Return where a chapter's page leads: as its profile says, else as was found without it."""
    next_chapter = _way(page, "next_chapter")
    if next_chapter == ways.next_page:
        next_chapter = None  # by its address it is the next page, whatever is written there
    return replace(
        ways,
        next_page=_way(page, "next_page") or ways.next_page,
        next_chapter=next_chapter or ways.next_chapter,
        catalogue=_way(page, "catalogue") or ways.catalogue,
    )


def _way(page: Page, name: str) -> str | None:
    url = page.reading.one(name)
    return url if url and url != page.url and same_site(url, page.url) else None


def media_on(page: Page) -> Iterator[Medium]:
    """Yield the media that a profile finds on a page."""
    for url in page.reading.every("media"):
        yield Medium(url, title=page.reading.one("title"), artist=page.reading.one("artist"))


def facts_on(page: Page, generic: Iterable[str]) -> tuple[str, ...]:
    """Return what a page shows of those behind it: a profile's word stands for its own names.

    Whom to contact may be said at several places: there all that is found counts.
    """
    told = [
        f"{name}:{text[:_LONGEST_FACT]}"
        for name in (*_FACTS, *_CONTACTS)
        for text in page.reading.every(name)
    ]
    names = {fact.partition(":")[0] for fact in told}.difference(_CONTACTS)
    others = (fact for fact in generic if fact.partition(":")[0] not in names)
    return tuple(dict.fromkeys((*told, *others)))


def posts_on(page: Page) -> list[Post]:
    """Return the posts that a profile finds on a thread's page."""
    found = (_post(item) for item in page.reading.items("posts")[:MOST_POSTS])
    return [post for post in found if post is not None]


def _post(item: Item) -> Post | None:
    said = {name: found[0].text for name, found in item.items()}
    body = item["body"][0].element if "body" in item else None
    if body is None:
        return None
    floor = "".join(sign for sign in said.get("floor", "") if "0" <= sign <= "9")[:_LONGEST_FLOOR]
    return Post(
        element=body,
        author=said.get("author", ""),
        author_id=said.get("author_id", ""),
        posted_at=said.get("time", ""),
        floor=int(floor) if floor else None,
        media=tuple(PostMedium(found.text) for found in item.get("pictures", ())),
    )
