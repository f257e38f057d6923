"""A forum (Discuz! X) where a member posts a novel floor by floor: the case is the member's."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

from console.demo.prose import chapters_of, paragraphs_of, runs
from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource, Site
from console.demo.sites.markup import items, link
from index.documents import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from console.demo.content import Text

_PIRATE: Final = ("42", "说书人")
_MEMBER: Final = ("7", "一页书友")
_FIRST_CHAPTER: Final = 40
_FLOORS: Final = 4
_PAGES: Final = 2
_FLOOR_CHARACTERS: Final = 1_800
_CHATTER: Final = (
    "顶一个，楼主辛苦了，期待下一章！",
    "沙发！收藏了慢慢看。",
    "Thanks, waiting for more.",
    "这一段写得真热闹。",
)
_PLACES: Final = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}


def community_site(texts: Sequence[Text], others: Sequence[Text]) -> Site:
    """Build the forum: a thread for each work, and one in which a member writes what is his own."""
    resources = {"/robots.txt": markup.robots("/member.php", "/home.php")}
    rows = []
    for number, text in enumerate((*texts, *others[:1]), 1):
        rows.append(link(f"/thread-{number}-1-1.html", _title(text)))
        is_work = text in texts
        author = _PIRATE if is_work else _MEMBER
        parts = _parts(text, _FIRST_CHAPTER if is_work else 0)
        carries = frozenset({text.title}) if is_work else NOTHING
        resources |= dict(_thread(number, _title(text), parts, author, carries))
    body = f"<div id='threadlist'><ul>{items(*rows)}</ul></div>"
    resources["/"] = markup.page(
        "discuz", title="连载区 Serials", page_class="pg_forumdisplay", body=body
    )
    return Site(
        name="community",
        title="演示社区 Demo Community",
        channel=Channel.SOCIAL,
        resources=resources,
        forbidden=("/member.php", "/home.php"),
    )


def _title(text: Text) -> str:
    return f"《{text.title}》连载"


def _parts(text: Text, first: int) -> list[tuple[str, ...]]:
    """Return what stands on the author's floors."""
    chapters = chapters_of(text.words)
    told = chapters[first % len(chapters)].paragraphs or paragraphs_of(text.words)
    return list(runs(told, most=_FLOOR_CHARACTERS))[: _FLOORS // 2 * _PAGES]


def _thread(
    number: int,
    title: str,
    parts: Sequence[Sequence[str]],
    author: tuple[str, str],
    carries: frozenset[str],
) -> Iterator[tuple[str, Resource]]:
    """Serve a thread over its pages: the author's floors, and between them those of others."""
    on_a_page = _FLOORS // 2
    pages = [parts[at : at + on_a_page] for at in range(0, len(parts), on_a_page)]
    for page, mine in enumerate(pages, 1):
        floors = []
        for place, part in enumerate(mine):
            count = (page - 1) * _FLOORS + 2 * place + 1
            told = "<br />\n".join(f"　　{html.escape(one)}" for one in part)
            said = _CHATTER[(count // 2) % len(_CHATTER)]
            floors.append(_floor(count, told, author))
            floors.append(_floor(count + 1, said, (str(100 + count), f"路人{count}")))
        way = "".join(
            f"<strong>{one}</strong>" if one == page else link(_path(number, one), str(one))
            for one in range(1, len(pages) + 1)
        )
        onward = f'<a href="{_path(number, page + 1)}" class="nxt">下一页</a>'
        pager = f"{way}{onward if page < len(pages) else ''}"
        subject = f'<h1 class="ts"><span id="thread_subject">{html.escape(title)}</span></h1>'
        body = f"""<div id="pgt" class="pgs"><div class="pg">{pager}</div></div>
<div id="postlist" class="pl bm">{subject}
{"".join(floors)}</div>"""
        framed = markup.page(
            "discuz", title=html.escape(title), page_class="pg_viewthread", body=body
        )
        yield (
            _path(number, page),
            Resource(framed.body, framed.content_type, carries, account=author[0]),
        )


def _path(number: int, page: int) -> str:
    return f"/thread-{number}-{page}-1.html"


def _floor(count: int, told: str, author: tuple[str, str]) -> str:
    uid, name = author
    pid = 9_000 + count
    named = _PLACES.get(count, f"<em>{count}</em><sup>#</sup>")
    space = f"home.php?mod=space&amp;uid={uid}"
    return f"""<div id="post_{pid}"><table id="pid{pid}" class="plhin" summary="pid{pid}">
<tr><td class="pls" rowspan="2"><div class="pls favatar"><div class="pi"><div class="authi">
<a href="{space}" class="xw1">{name}</a></div></div></div></td>
<td class="plc"><div class="pi"><strong><a href="#pid{pid}" id="postnum{pid}">{named}</a></strong>
<div class="pti"><div class="authi"><em id="authorposton{pid}">发表于
<span title="2024-3-1 16:00:0{count % 10}">2024-3-1 16:00</span></em></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table cellspacing="0" cellpadding="0">
<tr><td class="t_f" id="postmessage_{pid}">{told}</td></tr></table></div></div></div></td></tr>
</table></div>
"""
