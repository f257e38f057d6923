"""What goes on from a page of posts: with whose it is, and no further than it should."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from scrapy.http import Request, Response

from crawlers.frontier.contract import Discovery, Lease
from crawlers.leasing import LEASE
from crawlers.sightings import OFFERED_ON
from crawlers.spiders.base import SHOWN_FACTS, TITLE
from crawlers.spiders.social.pages import read, wall
from crawlers.spiders.social.spider import SocialSpider
from tests.e2e.channels import posted
from tests.e2e.channels.posted import BIZ, OTHER_UID, UID
from tests.responses import page_of
from tests.unit.crawlers.test_threads_spider import DISCOURSE, TOPIC, XENFORO_2

if TYPE_CHECKING:
    from crawlers.spiders.pages import Page

FORUM = "http://bbs.example/thread-12-1-1.html"
ARTICLE = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"
STATUS = "https://m.weibo.cn/status/Qa0000001"


def spider() -> SocialSpider:
    made = SocialSpider()
    made.plan = SimpleNamespace(ignore_robots_because="", max_body_bytes=10**6)  # type: ignore[assignment]
    return made


def led(page: Page) -> list[Discovery]:
    made = spider()
    made._readings[page.response] = read(page)
    return list(made.discoveries(page) if page.is_markup else made.listed(page))


def roles(page: Page) -> set[tuple[str, str]]:
    return {(one.url, one.role) for one in led(page)}


def thread(*bodies: str, beside: str = "") -> str:
    floors = [
        posted.floor(number, body, author=f"号{number}", uid=number, pid=number, beside=beside)
        for number, body in enumerate(bodies, 1)
    ]
    return posted.thread("题", floors, page=1, pages=3)


def test_media_go_on_with_whose_post_shows_them() -> None:
    page = page_of(thread("<img src=a.jpg>", "<img file=b.jpg src=none.gif>"), FORUM, depth=1)
    shown = {one.url: one for one in led(page) if one.role == "media"}
    for number, name in ((1, "a"), (2, "b")):
        one = shown[f"http://bbs.example/{name}.jpg"]
        assert one.context[OFFERED_ON] == f"bbs.example/u/{number}"
        assert one.referrer == FORUM
        facts = one.context[SHOWN_FACTS]
        assert isinstance(facts, list)
        assert {f"author:号{number}", f"author_id:{number}", f"floor:{number}"} <= set(facts)
    assert len(shown) == 2


def test_files_and_links_of_posts_but_no_ornaments() -> None:
    body = (
        "<img src=static/image/smiley/a.gif><img src=uc_server/avatar.php?uid=1>"
        "<a href='forum.php?mod=attachment&amp;aid=abc'>第一章.txt (12 KB)</a>"
        "<a href='forum.php?mod=viewthread&amp;tid=9'>另一帖.txt</a>"
        "<a href=http://t.cn/A6abcdef>短链</a><a href=/files/b.epub>书</a>"
        "<video src=/v.mp4></video>链接 https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv?pwd=ab12"
    )
    found = roles(page_of(thread(body), FORUM))
    assert {url for url, role in found if role == "media"} == {
        "http://bbs.example/forum.php?aid=abc&mod=attachment",
        "http://t.cn/A6abcdef",
        "http://bbs.example/files/b.epub",
        "http://bbs.example/v.mp4",
    }
    assert ("https://pan.baidu.com/s/1AbCdEfGhIjKlMnOpQrStUv", "share") in found


def test_turning_a_threads_pages_leads_no_further_and_members_are_left_alone() -> None:
    found = {
        one.url: one for one in led(page_of(thread("文"), FORUM, depth=2)) if one.role == "page"
    }
    assert found["http://bbs.example/thread-12-2-1.html"].depth == 2
    assert found["http://bbs.example/thread-12-3-1.html"].depth == 3
    assert set(found) == {f"http://bbs.example/thread-12-{n}-1.html" for n in (2, 3)}


def test_attachments_of_xenforo() -> None:
    found = roles(page_of(f"<html><body>{XENFORO_2}", "http://bbs.example/threads/1/"))
    assert ("http://bbs.example/data/attachments/0/77-x.jpg", "media") in found
    assert ("http://bbs.example/attachments/a-jpg.77/", "media") in found


def test_pages_without_posts_are_followed_as_any() -> None:
    found = roles(page_of("<html><img src=/a.jpg><a href=/thread-1-1-1.html>题</a>", FORUM))
    assert found == {
        ("http://bbs.example/a.jpg", "media"),
        ("http://bbs.example/thread-1-1-1.html", "page"),
    }


def test_a_topic_in_json_leads_to_its_pages() -> None:
    at = "http://bbs.example/t/topic/12"
    further = {f"{at}.json?page=2", f"{at}.json?page=3"}
    shown = page_of(f"<html><body>{DISCOURSE}", at)
    assert {url for url, role in roles(shown) if role == "page"} == further
    headers = {"Content-Type": "application/json"}
    answer = page_of(json.dumps(TOPIC), f"{at}.json?page=2", headers=headers)
    assert {url for url, _ in roles(answer)} == further
    reading = read(answer)
    assert (reading.account, reading.title) == ("bbs.example/u/king", "主题")
    assert "第一章" in reading.document


def test_platforms_are_not_left_for_what_else_their_owners_have() -> None:
    links = (
        "<a href=https://v.qq.com/x/page/a.html>片</a><a href=https://y.qq.com/n/1>歌</a>"
        f"<a href='/s?__biz={BIZ}&mid=2&idx=1&sn=ab&scene=21'>文</a>"
        "<div data-link='http://mp.weixin.qq.com/s?__biz=MzA%3D&amp;mid=3&amp;idx=1&amp;sn=cd'></div>"
    )
    page = page_of(posted.article("题", f"<p>文</p>{links}"), ARTICLE)
    assert {url for url, role in roles(page) if role == "page"} == {
        "https://mp.weixin.qq.com/s?__biz=MzA5MDEwMDAwMA%3D%3D&idx=1&mid=2&sn=ab",
        "https://mp.weixin.qq.com/s?__biz=MzA%3D&idx=1&mid=3&sn=cd",
    }


def test_a_repost_leads_to_its_origin_whose_pictures_are_its_own() -> None:
    first = posted.status(
        "5221716881314199", "Qa0000099", "原", uid=OTHER_UID, pics=[posted.picture("z")]
    )
    said = posted.status("5221716881314104", "Qa0000001", "转", retweeted_status=first)
    found = {one.url: one for one in led(page_of(posted.detail(said), STATUS))}
    assert found["https://wx1.sinaimg.cn/large/z.jpg"].context[OFFERED_ON] == (
        f"weibo.com/u/{OTHER_UID}"
    )
    origin = found["https://m.weibo.cn/status/Qa0000099"]
    assert (origin.role, origin.context[OFFERED_ON]) == ("page", f"weibo.com/u/{OTHER_UID}")
    assert set(found) == {
        "https://wx1.sinaimg.cn/large/z.jpg",
        "https://m.weibo.cn/status/Qa0000099",
    }


def test_a_list_leads_to_each_status_and_its_media() -> None:
    film = posted.status("5221716881314103", "Qa0000003", "看片", page_info=posted.film("9"))
    url = f"https://m.weibo.cn/api/container/getIndex?containerid=107603{UID}&type=uid&value={UID}"
    page = page_of(posted.cards([film], 7), url, headers={"Content-Type": "application/json"})
    found = {one.url: one for one in led(page)}
    assert found["https://f.video.weibocdn.com/o0/9_ld.mp4?label=mp4_ld"].context[TITLE] == "某片"
    assert found["https://m.weibo.cn/status/Qa0000003"].depth == 1
    assert found[url.replace("&type", "&since_id=7&type")].depth == 0


def test_an_apps_frame_leads_to_what_is_public() -> None:
    page = page_of(
        "<html><title>微博</title><div id=app></div>", f"https://weibo.com/{UID}/Qa0000001"
    )
    assert {(STATUS, "page"), ("https://m.weibo.cn/statuses/show?id=Qa0000001", "page")} == roles(
        page
    )


def response(
    url: str, status: int, *, to: str = "", body: bytes = b"", role: str = "page"
) -> Response:
    lease = Lease(
        crawl_id="c",
        token="1",  # noqa: S106
        discovery=Discovery(url=url, role=role),
        attempt=1,
        expires_at=0.0,
    )
    headers = {"Location": to} if to else {}
    request = Request(url, meta={LEASE: lease})
    return Response(url, status=status, headers=headers, body=body, request=request)


@pytest.mark.parametrize(
    ("given", "takes"),
    [
        (response(STATUS, 302, to="https://passport.weibo.com/visitor/visitor?x"), True),
        (response(STATUS, 302, to="https://m.weibo.cn/detail/1"), False),
        (response(STATUS, 432), True),
        (response(STATUS, 404), False),
        (response(ARTICLE, 302, to="/mp/wappoc_appmsgcaptcha?poc_token=x"), True),
        (response(ARTICLE, 302, to="/s/OtherArticle"), False),
        (response("http://bbs.example/", 302, to="https://passport.weibo.com/"), False),
        (response("https://wx1.sinaimg.cn/a.jpg", 302, to="https://passport.weibo.com/"), False),
        (response(STATUS, 432, role="media"), False),
    ],
)
def test_being_turned_away_is_a_visit(given: Response, takes: bool) -> None:  # noqa: FBT001
    assert spider().takes(given) is takes


@pytest.mark.parametrize(
    ("markup", "url", "is_wall"),
    [
        (posted.wall_of_wechat(), ARTICLE, True),
        (posted.article("题", "<p>环境异常</p>"), ARTICLE, False),
        ("<html><div id=messagetext><p>您需要登录后才能继续</p></div>", FORUM, True),
        ("<html><div id=messagetext><p>主题已被删除</p></div>", FORUM, False),
        (thread("您需要登录后才能继续"), FORUM, False),
        ("<html><script src=https://hcaptcha.com/1/api.js></script><p>wait", FORUM, True),
    ],
)
def test_walls(markup: str, url: str, is_wall: bool) -> None:  # noqa: FBT001
    assert bool(wall(page_of(markup, url))) is is_wall


def test_a_page_of_several_authors_is_nobodys_unless_one_wrote_most() -> None:
    equal = read(page_of(thread("一二三", "四五六"), FORUM))
    most = read(page_of(thread("一二三四五六七", "好"), FORUM))
    assert (equal.account, most.account) == ("", "bbs.example/u/1")
    assert {"posts:2", "floors:1-2", "author:号1", "author:号2"} <= set(equal.facts)
    assert (equal.document, most.document) == ("", "")


def test_tangled_pages_are_left_alone() -> None:
    assert read(page_of("<div>" * 30_000, FORUM)).posts == ()
