"""What a page of a platform or forum is read to be: whose posts, and where they lead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawlers.browser.challenge import is_challenge
from crawlers.spiders.social import wechat, weibo
from crawlers.spiders.social.forum_data import further_pages
from crawlers.spiders.social.posts import MOST_POSTS, Post, account_of, document_of
from crawlers.spiders.social.threads import posts_of
from crawlers.spiders.tracing import facts_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawlers.spiders.pages import Page

_MOST_AUTHORS: Final = 20
_MOST_ONWARD: Final = 1_000
_TITLE: Final = 60
_LOGIN_WORDS: Final = ("需要登录", "先登录", "请登录", "您所在的用户组", "必须登录", "登录后才能")
_MESSAGE: Final = "#messagetext, .nfl .alert_info, .jump_c, .p_pop.alert"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `originals` are what its posts repost: only their media are its own.

    `account` is whose page it is, "" where several share it or nobody is named. `document` is a
    page of its posts, where the response shows them to no reader of markup; "" otherwise. `onward`
    is where it leads besides its links, with whose that is; `further` are its other pages.
    """

    posts: tuple[Post, ...] = ()
    originals: tuple[Post, ...] = ()
    account: str = ""
    title: str = ""
    facts: tuple[str, ...] = ()
    document: str = ""
    onward: tuple[tuple[str, str], ...] = ()
    further: tuple[str, ...] = ()

    def record(self, page: Page, digest: str) -> bytes:
        """Say in JSON what the document was made of, and what was read."""
        record = {
            "url": page.url,
            "made_of": digest,
            "account": self.account,
            "posts": [
                {
                    "facts": list(post.every_fact()),
                    "url": post.url,
                    "title": post.title,
                    "media": [one.url for one in post.media],
                }
                for post in self.posts
            ],
        }
        return json.dumps(record, ensure_ascii=False, indent=1).encode()


def read(page: Page) -> Reading:
    """Read a page; of what is no page of posts, nothing."""
    if page.is_markup and page.is_tangled:
        return Reading()
    if wechat.is_wechat(page.url):
        return _article(page)
    if weibo.is_weibo(page.url):
        return _statuses(page)
    posts = posts_of(page)
    return _reading(page, posts, further=tuple(further_pages(page)) if posts else ())


def wall(page: Page) -> str:
    """Return what stands in place of a page, "" where it is the page: a login or a test."""
    if not (page.is_markup or page.body[:200].lstrip()[:1] == b"{"):
        return ""
    if weibo.is_weibo(page.url) and weibo.is_wall(page.response.url, page.body):
        return "the platform wants a login or another visitor"
    if not page.is_markup or page.is_tangled:
        return ""
    if wechat.is_wechat(page.url) and wechat.is_wall(page.response.url, page.text):
        return "the platform wants to see who reads it"
    if is_challenge(page.text, page.url):
        return "a test stands in its place"
    message = page.tree.css_first(_MESSAGE)
    said = message.text(deep=True) if message is not None else ""
    return "the forum wants a login" if any(one in said for one in _LOGIN_WORDS) else ""


def _article(page: Page) -> Reading:
    if not page.is_markup:
        return Reading()
    listed = (one.attributes.get("data-link") for one in page.tree.css("[data-link]"))
    links = (page.link(address) for address in listed)
    onward = tuple((url, "") for one in links if one and (url := wechat.leads_to(one)))
    article = wechat.article_of(page)
    if article is not None:
        return _reading(page, [article], onward=onward)
    state = wechat.state_of(page)
    return Reading(facts=(f"state:{state}",) if state else (), onward=onward)


def _statuses(page: Page) -> Reading:
    posts = weibo.statuses_of(page)
    if not posts:
        forms = (url for url in weibo.public_forms(page.url) if url != page.url)
        state = weibo.state_of(page)
        facts = (f"state:{state}",) if state else ()
        return Reading(facts=facts, onward=tuple((url, "") for url in forms))
    onward = tuple(islice(dict.fromkeys(weibo.onward(page)), _MOST_ONWARD))
    return _reading(
        page,
        posts,
        originals=tuple(weibo.reposted(page)),
        onward=tuple(one for one in onward if one[0] != page.url),
        further=tuple(weibo.next_of_list(page)),
    )


def _reading(
    page: Page,
    posts: list[Post],
    *,
    originals: tuple[Post, ...] = (),
    onward: tuple[tuple[str, str], ...] = (),
    further: tuple[str, ...] = (),
) -> Reading:
    if not posts:
        return Reading(onward=onward)
    kept = tuple(posts[:MOST_POSTS])
    hidden = [post for post in kept if not post.shown]
    title = kept[0].title or (page.title if kept[0].shown else "")
    title = title or kept[0].text[:_TITLE] or kept[0].author
    words = " ".join(post.text for post in hidden)
    return Reading(
        posts=kept,
        originals=originals,
        account=account_of(kept),
        title=title,
        facts=(*_facts(kept), *(facts_in(words[:120_000]) if words else ())),
        document=document_of(title, hidden) if hidden else "",
        onward=onward,
        further=further,
    )


def _facts(posts: tuple[Post, ...]) -> Iterator[str]:
    """Yield what a page is known by: its one post's facts, or whose posts stand on it."""
    if len(posts) == 1:
        yield from posts[0].every_fact()
        return
    account = account_of(posts)
    yield from ((f"account:{account}",) if account else ())
    yield f"posts:{len(posts)}"
    floors = [post.floor for post in posts if post.floor is not None]
    yield from ((f"floors:{min(floors)}-{max(floors)}",) if floors else ())
    yield from (f"published:{post.posted_at}" for post in posts[:1] if post.posted_at)
    first = sorted(posts, key=lambda post: post.account != account)
    authors = dict.fromkeys((post.author, post.author_id) for post in first if post.author)
    for name, id_ in islice(authors, _MOST_AUTHORS):
        yield f"author:{name}"
        yield from ((f"author_id:{id_}",) if id_ else ())


def is_wall_address(url: str) -> bool:
    """Tell whether an address is where platforms send those whom they show nothing."""
    return weibo.is_wall(url) or wechat.is_wall(url)
