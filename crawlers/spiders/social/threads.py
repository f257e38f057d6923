"""Threads: the posts of a forum's page, floor by floor, each with its author.

Forums are of few kinds of software, and each marks its posts in one way, whatever the skin. Others
are known by schema.org's names. Forums that are built by scripts have their posts in JSON.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawlers.spiders.pages import words_of
from crawlers.spiders.social.forum_data import posts_in_data
from crawlers.spiders.social.posts import LONGEST_NAME, MOST_POSTS, Medium, Post, moment_in
from crawlers.spiders.told import posts_on
from crawlers.spiders.web import style_urls
from index.sites import account_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from crawlers.spiders.pages import Page


@dataclass(frozen=True, slots=True)
class Layout:
    """How a forum marks a post: selectors within `post`, the first that fits counts.

    `author` is an element whose words are the name and whose address has the id, or else `id_in`
    names the attribute that has it. `beside` is what belongs to the post but stands beside its
    text: attachments.
    """

    post: str
    body: str
    author: str
    time: str
    floor: str = ""
    beside: str = ""
    id_in: str = ""


LAYOUTS: Final = (
    # Discuz! X, its mobile template
    Layout(
        post='div[id^="post_"]',
        body='[id^="postmessage_"]',
        author=".authi a.xw1, .pls .authi a, .pi .authi a[href*='uid'], .authi a[href*='uid']",
        time='[id^="authorposton"] span[title], [id^="authorposton"], .authi em',
        floor='a[id^="postnum"]',
        beside=".pattl, .attnm, .tattl",
    ),
    Layout(
        post='.plc[id^="pid"]',
        body=".message",
        author=".authi a[href*='uid'], .authi a",
        time=".mtime, .authi em, .authi .time",
        floor=".authi em, .mtit em",
        beside=".img_list, .attach",
    ),
    # phpBB 3
    Layout(
        post='div.post[id^="p"]',
        body=".content",
        author=".postprofile a.username, .postprofile a.username-coloured, .author a.username,"
        " .author a.username-coloured, .postprofile .username, .author .username",
        time="time[datetime], p.author",
        beside=".attachbox",
    ),
    # vBulletin 5, 4 and 3
    Layout(
        post="li.b-post[data-node-id]",
        body=".js-post__content-text",
        author="[itemprop=author] a[data-userid], [itemprop=author] a",
        time="time[datetime]",
        floor=".b-post__count",
        beside=".b-post__attachments",
        id_in="data-userid",
    ),
    Layout(
        post='li[id^="post_"].postcontainer, table[id^="post"]',
        body='[id^="post_message_"]',
        author="a.username, .username_container a, a.bigusername, .username",
        time=".postdate, td.thead",
        floor="a.postcounter, a[id^='postcount']",
        beside=".attachments, fieldset.fieldset",
    ),
    # XenForo 2 and 1
    Layout(
        post="article.message[data-content]",
        body=".bbWrapper",
        author="a.username[data-user-id], .message-name .username, .username",
        time="time[datetime]",
        floor=".message-attribution-opposite li:last-child a",
        beside=".message-attachments",
        id_in="data-user-id",
    ),
    Layout(
        post='li.message[id^="post-"]',
        body=".messageText",
        author="a.username",
        time="[data-time], .DateTime[title]",
        floor=".hashPermalink, .postNumber",
        beside=".attachedFiles",
    ),
    # NGA
    Layout(
        post="tr.postrow",
        body=".postcontent",
        author="a.author, [id^='postauthor']",
        time="[id^='postdate']",
        floor="a[name^='l']",
        beside="[id^='postattach']",
    ),
    # Tieba
    Layout(
        post=".l_post[data-field]",
        body=".d_post_content",
        author=".d_name a, .p_author_name",
        time=".tail-info:last-of-type, .post-tail-wrap .tail-info:last-child",
        floor=".tail-info",
    ),
    # Discourse as it is shown to machines
    Layout(
        post=".crawler-post, .topic-body[itemscope]",
        body="[itemprop=text], .post",
        author="[itemprop=author] a, .creator a",
        time="time[datetime]",
        floor="[itemprop=position]",
    ),
    # NodeBB
    Layout(
        post='[component="post"][data-pid]',
        body='[component="post/content"]',
        author="a[data-username], a[data-uid], a[href*='/user/']",
        time="[itemprop=datePublished], .timeago[title], .timeago[datetime]",
        floor=".post-index",
        id_in="data-uid",
    ),
    # Telegram's previews of public channels
    Layout(
        post=".tgme_widget_message[data-post]",
        body=".tgme_widget_message_text, .tgme_widget_message_bubble",
        author="a.tgme_widget_message_owner_name, .tgme_widget_message_owner_name",
        time="time[datetime]",
        beside=".tgme_widget_message_photo_wrap",
    ),
)
"""Those of forums' software."""
_BY_NAMES: Final = (
    Layout(
        post="[itemtype*='DiscussionForumPosting'], [itemtype*='schema.org/Comment']",
        body="[itemprop=text], [itemprop=articleBody]",
        author="[itemprop=author] a, [itemprop=author] [itemprop=name], [itemprop=author]",
        time="[itemprop=datePublished], [itemprop=dateCreated], time[datetime]",
        floor="[itemprop=position]",
    ),
)
_NAMED: Final = "[itemtype*='DiscussionForumPosting']"
_PLACES: Final = {"楼主": 1, "沙发": 2, "板凳": 3, "地板": 4}
_FLOOR = re.compile(r"#?\s?(\d{1,7})\s?(?:#|楼|樓|F|$)")
_ID = re.compile(
    r"(?:[?&;](?:uid|u|userid|user_id|un|id)=|space-uid-|/u/|/user/|/member/|members?\.php\?"
    r"|(?:^|/)members/(?:[^/]{1,80}\.)?|suid-)(\d{1,15})",
    re.IGNORECASE,
)
_NAME_IN_PATH = re.compile(r"(?:/(?:u|user|users|profile)|//(?:t|telegram)\.me)/([\w.-]{1,60})/?$")
_NUMBER = re.compile(r"\d{1,15}")
_NGA_NAMES = re.compile(r"userInfo\.setAll\(\s{0,3}(?=\{)")
_NGA_PICTURE = re.compile(r"\[img\](.{4,400}?)\[/img\]", re.IGNORECASE)
_NGA_FILES: Final = "https://img.nga.178.com/attachments/"
_MOST_CHARACTERS: Final = 4_000_000
_TIMES: Final = ("datetime", "data-time", "title", "content")


def posts_of(page: Page) -> list[Post]:
    """Return the posts of a thread's page, in order; none where it is no thread's."""
    if page.is_markup and page.is_tangled:
        return []
    found = [_placed(page, post) for post in posts_in_data(page)]
    if found or not page.is_markup:
        return found
    layouts = LAYOUTS if page.tree.css_first(_NAMED) is None else (*LAYOUTS, *_BY_NAMES)
    told = list(_bounded(_placed(page, post) for post in posts_on(page)))
    for layout in layouts:
        found = list(_bounded(_placed(page, post) for post in _posts(page, layout)))
        if found and len(found) >= len(told):
            return found
    return told


def _bounded(posts: Iterator[Post]) -> Iterator[Post]:
    """Yield posts up to where they have more text than pages have: they stand in each other."""
    read = 0
    for post in posts:
        read += len(post.text)
        if read > _MOST_CHARACTERS:
            return
        yield post


def _posts(page: Page, layout: Layout) -> Iterator[Post]:
    names = _names_of_nga(page) if "postcontent" in layout.body else {}
    known: set[int] = set()
    for element in page.tree.css(layout.post)[:MOST_POSTS]:
        body = _first(element, layout.body)
        if body is None or element.mem_id in known:  # what fits two selectors comes twice
            continue
        known.add(element.mem_id)
        who = _first(element, layout.author)
        field = _field(element)
        id_ = field.get("user_id") or (_author_id(who, layout) if who is not None else "")
        author = field.get("user_name") or (words_of(who) if who is not None else "")
        yield Post(
            element=body,
            author=names.get(id_, author)[:LONGEST_NAME],
            author_id=id_,
            posted_at=field.get("date") or _moment(element, layout.time),
            floor=_floor(element, layout.floor, field.get("post_no", "")),
            id=field.get("post_id") or _post_id(element),
            media=tuple(_beside(element, layout)),
        )


def _first(element: LexborNode, selectors: str) -> LexborNode | None:
    """Return what the first of these selectors that fits anything fits first."""
    found = (element.css_first(selector) for selector in selectors.split(", "))
    return next((one for one in found if one is not None), None)


def _placed(page: Page, post: Post) -> Post:
    """Return a post with its account: that of the forum on this host."""
    who = post.author_id or post.author
    if post.account or not who:
        return post
    return replace(post, account=account_at(urlsplit(page.url).netloc, who))


def _author_id(who: LexborNode, layout: Layout) -> str:
    said = who.attributes
    if layout.id_in and (id_ := said.get(layout.id_in) or ""):
        return id_ if _NUMBER.fullmatch(id_) and id_ != "0" else ""
    for address in (said.get("href"), said.get("data-user-id"), said.get("data-card-user")):
        found = _ID.search(address or "") or _NAME_IN_PATH.search(address or "")
        if found is not None:
            return found[1]
    return ""


def _moment(element: LexborNode, selector: str) -> str:
    for one in element.css(selector)[:4]:
        said = one.attributes
        for text in (*(said.get(name) or "" for name in _TIMES), words_of(one)):
            if moment := moment_in(text):
                return moment
    return ""


def _floor(element: LexborNode, selector: str, said: str) -> int | None:
    if said.isdecimal():
        return int(said[:9])
    for one in element.css(selector)[:4] if selector else ():
        words = words_of(one) or (one.attributes.get("name") or "").removeprefix("l")
        if words in _PLACES:
            return _PLACES[words]
        if (found := _FLOOR.fullmatch(words)) is not None:
            return int(found[1])
    return None


def _post_id(element: LexborNode) -> str:
    said = element.attributes
    channels = (said.get("data-post") or "").rpartition("/")[2]
    named = said.get("data-content") or said.get("data-node-id") or channels
    named = named or said.get("data-pid") or said.get("id") or ""
    found = _NUMBER.search(named.removeprefix("post1strow"))
    return found[0] if found else ""


def _beside(element: LexborNode, layout: Layout) -> Iterator[Medium]:
    """Yield attachments that stand beside a post's text, and pictures written in brackets."""
    for part in element.css(layout.beside)[:20] if layout.beside else ():
        for one in part.css("img"):
            said = one.attributes
            named = (said.get(name) for name in ("zoomfile", "file", "data-src", "src"))
            yield Medium(next(filter(None, named), ""), said.get("alt") or "")
        pictures = style_urls(part)
        yield from map(Medium, pictures)
        for one in part.css("a[href]") if not pictures else ():
            yield Medium(one.attributes.get("href") or "", words_of(one))
    if layout.body == ".postcontent":
        for found in _NGA_PICTURE.findall(element.text(deep=True))[:200]:
            yield Medium(found.replace("./", _NGA_FILES, 1) if found.startswith("./") else found)


def _field(element: LexborNode) -> dict[str, str]:
    """Return what Tieba says of a post in an attribute."""
    text = (element.attributes.get("data-field") or "")[:200_000]
    try:
        said = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    parts = [said.get(name) for name in ("author", "content")] if isinstance(said, dict) else []
    flat = {name: value for part in parts if isinstance(part, dict) for name, value in part.items()}
    known = {
        name: str(flat.get(name) or "") for name in ("user_id", "user_name", "post_no", "post_id")
    }
    return {**known, "date": moment_in(str(flat.get("date") or ""))}


def _names_of_nga(page: Page) -> dict[str, str]:
    """Return the names of authors by their ids: they stand in one script, not with the posts."""
    for script in page.tree.css("script:not([src])"):
        text = script.text(deep=True)
        if (found := _NGA_NAMES.search(text)) is not None:
            try:
                said, _ = json.JSONDecoder().raw_decode(text[found.end() :])
            except (ValueError, RecursionError):
                continue
            users = said.items() if isinstance(said, dict) else ()
            return {
                id_: str(one.get("username", "")) for id_, one in users if isinstance(one, dict)
            }
    return {}
