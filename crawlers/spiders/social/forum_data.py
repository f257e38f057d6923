"""Forums that are built by scripts, Discourse and Flarum: their posts stand in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crawlers.spiders.social.posts import MOST_POSTS, Post, counters, fragment, moment_in

if TYPE_CHECKING:
    from crawlers.spiders.pages import Page

_BODY_BYTES: Final = 8 * 2**20
_TOPIC = re.compile(r"/t/(?:[^/]{1,200}/)?(\d{1,12})(?:\.json)?")
_LIKES: Final = 2
"""What Discourse calls a like among the actions on a post."""
_A_PAGE: Final = 20
_MOST_PAGES: Final = 500


def posts_in_data(page: Page) -> list[Post]:
    """Return the posts that a page, or an answer of such a forum's interface, has in JSON."""
    return list(islice(_posts_in(_documents(page)), MOST_POSTS))


def _posts_in(documents: Iterator[Mapping[str, Any]]) -> Iterator[Post]:
    for document in documents:
        stream = document.get("post_stream")
        if isinstance(stream, Mapping):
            yield from _of_discourse(document, stream)
        elif isinstance(document.get("included"), list) or isinstance(document.get("data"), list):
            yield from _of_flarum(document)


def further_pages(page: Page) -> Iterator[str]:
    """Yield the addresses of a Discourse topic's other pages, as its interface gives them out."""
    parts = urlsplit(page.url)
    found = _TOPIC.fullmatch(parts.path)
    for document in _documents(page) if found is not None else ():
        count = document.get("posts_count")
        if isinstance(document.get("post_stream"), Mapping) and isinstance(count, int):
            base = f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('.json')}.json"
            for number in range(2, min(_MOST_PAGES, -(-count // _A_PAGE)) + 1):
                yield f"{base}?page={number}"
            return


def _documents(page: Page) -> Iterator[Mapping[str, Any]]:
    if page.body[:200].lstrip()[:1] == b"{":
        yield from _loaded(page.body[:_BODY_BYTES].decode("utf-8", "replace"))
    elif page.is_markup and not page.is_tangled:
        preloaded = page.tree.css_first("[data-preloaded]")
        if preloaded is not None:
            for outer in _loaded(preloaded.attributes.get("data-preloaded") or ""):
                topics = (text for name, text in outer.items() if name.startswith("topic_"))
                for text in topics:
                    yield from _loaded(text if isinstance(text, str) else "")
        payload = page.tree.css_first("script#flarum-json-payload")
        if payload is not None:
            for outer in _loaded(payload.text(deep=True)):
                inner = outer.get("apiDocument")
                if isinstance(inner, Mapping):
                    yield inner


def _loaded(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(document, Mapping):
        yield document


def _of_discourse(topic: Mapping[str, Any], stream: Mapping[str, Any]) -> Iterator[Post]:
    posts = stream.get("posts")
    title = str(topic.get("title") or "")
    for one in posts if isinstance(posts, list) else []:
        if isinstance(one, Mapping) and isinstance(one.get("cooked"), str):
            floor = one.get("post_number")
            yield Post(
                element=fragment(one["cooked"]),
                author=str(one.get("username") or one.get("name") or ""),
                author_id=str(one.get("username") or one.get("user_id") or ""),
                posted_at=moment_in(str(one.get("created_at") or "")),
                floor=floor if isinstance(floor, int) else None,
                id=str(one.get("id") or ""),
                title=title,
                facts=tuple(counters(_counted(one))),
                shown=False,
            )


def _counted(post: Mapping[str, Any]) -> dict[str, object]:
    actions = post.get("actions_summary")
    likes = [
        one.get("count")
        for one in (actions if isinstance(actions, list) else [])
        if isinstance(one, Mapping) and one.get("id") == _LIKES
    ]
    return {
        "likes": likes[0] if likes else None,
        "comments": post.get("reply_count"),
        "reads": post.get("reads"),
    }


def _of_flarum(document: Mapping[str, Any]) -> Iterator[Post]:
    listed = [document.get("included"), document.get("data")]
    every = [one for part in listed if isinstance(part, list) for one in part]
    things = [one for one in every if isinstance(one, Mapping)]
    users = {str(one.get("id")): _said(one) for one in things if one.get("type") == "users"}
    main = document.get("data")
    title = str(_said(main).get("title") or "") if isinstance(main, Mapping) else ""
    for one in things:
        said = _said(one)
        if one.get("type") != "posts" or not isinstance(said.get("contentHtml"), str):
            continue
        id_ = _user_of(one)
        user = users.get(id_, {})
        floor = said.get("number")
        yield Post(
            element=fragment(said["contentHtml"]),
            author=str(user.get("displayName") or user.get("username") or ""),
            author_id=id_,
            posted_at=moment_in(str(said.get("createdAt") or "")),
            floor=floor if isinstance(floor, int) else None,
            id=str(one.get("id") or ""),
            title=title,
            shown=False,
        )


def _said(thing: Mapping[str, Any]) -> Mapping[str, Any]:
    said = thing.get("attributes")
    return said if isinstance(said, Mapping) else {}


def _user_of(post: Mapping[str, Any]) -> str:
    value: Any = post
    for name in ("relationships", "user", "data", "id"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value or "")
