"""Platforms and forums: from an account, an article or a thread to the case of whose it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from console.demo.content import shipped_content
from index.contract import Query
from index.documents import Case, CaseUrl, Match, Sighting
from index.scan import scan
from index.store import StoreLocation, open_store
from tests.e2e.channels import posted
from tests.e2e.channels.posted import BIZ, OTHER_UID, UID, Attached
from tests.e2e.channels.serving import ranged
from tests.e2e.channels.streams import files_of
from tests.e2e.program import Program
from tests.e2e.test_channels import COPY, FILM, SONG, SOUND, STOLEN
from tests.e2e.test_cloudshare import LANZOU_FRAME, MIRRORED, UNLOCKED, plain
from tests.servers import Line, Site, content, page, raw, redirect, status
from tests.shares import Providers, Shelved
from tests.unit.fingerprints.audio.sound import cut, encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from tests.unit.fingerprints.video.films import Picture

    Routes = dict[str, Callable[[Line], None]]

SHIPPED = shipped_content()
NOVEL = SHIPPED.texts[0].words[:24_000]
PARTS = [NOVEL[start : start + 3_000] for start in range(0, len(NOVEL), 3_000)]
PICTURE, OTHER_PICTURE = SHIPPED.pictures[0], SHIPPED.pictures[-1]
CHATTER = "顶一个，楼主辛苦了，期待下一章！"
SHARE = "https://wwa.lanzoux.com/iAbC12d3e4f5"

ARTICLE = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"
LIST = f"https://m.weibo.cn/api/container/getIndex?containerid=107603{UID}&type=uid&value={UID}"
THREAD = "https://bbs.pirate.example/thread-12-1-1.html"
WECHAT = f"mp.weixin.qq.com/u/{BIZ}"
WEIBO, OTHER_WEIBO = f"weibo.com/u/{UID}", f"weibo.com/u/{OTHER_UID}"
FORUM = "bbs.pirate.example/u/42"


def filmed_as(name: str, frames: Sequence[Picture], sound: NDArray[np.float64]) -> bytes:
    return files_of(name, "mp4", {}, frames=frames, sound=sound)[name]


def wechat() -> Routes:
    """An article with a chapter, its pictures and a voice; one of pictures; two that are gone."""
    lazy = "https://mmbiz.qpic.cn/mmbiz_jpg/stolen/640?wx_fmt=jpeg&amp;from=appmsg"
    after = "__biz=MzA5MDEwMDAwMA==&amp;mid=2650000002&amp;idx=1&amp;sn=abcd&amp;chksm=beef"
    first = f"""{posted.paragraphs(PARTS[0])}
<p><img class="rich_pages wxw-img" data-ratio="0.75" data-type="jpeg" data-src="{lazy}"></p>
<p><mp-common-mpaudio class="js_editor_audio" name="第一回" play_length="19000"
 voice_encode_fileid="MzA5MDEwMDAwMF8x"></mp-common-mpaudio></p>
<p><a href="https://mp.weixin.qq.com/s?{after}&amp;scene=21#wechat_redirect">下一回</a></p>
<p><a href="https://v.qq.com/x/page/a0012345678.html">别处</a></p>"""
    second = "https://mp.weixin.qq.com/s?__biz=MzA5MDEwMDAwMA%3D%3D&idx=1&mid=2650000002&sn=abcd"
    return {
        ARTICLE: page(posted.article("三国演义 第一回", first)),
        second: page(posted.article("三国演义 第二回", posted.paragraphs(PARTS[1]))),
        "https://mp.weixin.qq.com/s/PictureArticleAbCdEfGh": page(
            posted.picture_article(
                f"{PARTS[2]}\n图源网络",
                ["https://mmbiz.qpic.cn/mmbiz_png/two/0?wx_fmt=png&from=appmsg"],
            )
        ),
        "https://mp.weixin.qq.com/s/GoneArticleAbCdEfGhIjK": page(posted.deleted_article()),
        "https://mp.weixin.qq.com/s/WalledArticleAbCdEfGhI": page(posted.wall_of_wechat()),
        "https://mp.weixin.qq.com/s/MovedArticleAbCdEfGhIj": redirect(
            "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x&target_url=y"
        ),
        "https://res.wx.qq.com/voice/getvoice?mediaid=MzA5MDEwMDAwMF8x": content(
            encoded(cut(SONG, 3, 25), "mp3", "libmp3lame"), "audio/mpeg"
        ),
        "https://mmbiz.qpic.cn/mmbiz_jpg/stolen/640?from=appmsg&wx_fmt=jpeg": content(
            PICTURE.content, "image/jpeg"
        ),
        "https://mmbiz.qpic.cn/mmbiz_png/two/0?from=appmsg&wx_fmt=png": content(
            OTHER_PICTURE.content, "image/png"
        ),
    }


def weibo() -> Routes:
    """An account's list: a chapter, pictures, a film, a repost of another, a post with a share."""
    long = PARTS[3]
    chapter = posted.status(
        "5221716881314101", "Qa0000001", f"{PARTS[2][:140]}...全文", isLongText=True
    )
    pictured = posted.status(
        "5221716881314102", "Qa0000002", "看图", pics=[posted.picture("006stolen")]
    )
    filmed = posted.status("5221716881314103", "Qa0000003", "看片", page_info=posted.film("990001"))
    original = posted.status(
        "5221716881314199",
        "Qa0000099",
        "原图",
        uid=OTHER_UID,
        name="原作号",
        pics=[posted.picture("007other")],
    )
    reposting = posted.status(
        "5221716881314104", "Qa0000004", "转发微博", retweeted_status=original
    )
    sharing = posted.status(
        "5221716881314105", "Qa0000005", f'全本 <a href="{SHARE}">{SHARE}</a> 拿走不谢'
    )
    every = [chapter, pictured, filmed, reposting, sharing]
    whole = {**chapter, "text": long.replace("\n", "<br />")}
    at = "https://m.weibo.cn"
    wall = {
        "ok": -100,
        "errno": "20003",
        "url": "https://passport.weibo.com/sso/signin?entry=wapsso",
    }
    return {
        LIST: content(posted.cards(every[:3], 4387933362), "application/json; charset=utf-8"),
        LIST.replace("&type", "&since_id=4387933362&type"): content(
            posted.cards(every[3:], None), "application/json; charset=utf-8"
        ),
        **{f"{at}/status/{one['bid']}": page(posted.detail(one)) for one in every[1:]},
        f"{at}/status/Qa0000001": page(posted.detail(whole)),
        f"{at}/status/Qa0000099": page(posted.detail(original)),
        f"{at}/statuses/extend?id=5221716881314101": content(
            json.dumps({"ok": 1, "data": {"longTextContent": long}}).encode(), "application/json"
        ),
        f"https://weibo.com/{UID}/Qa0000002": redirect(
            "https://passport.weibo.com/visitor/visitor?entry=miniblog&a=enter&url=x"
        ),
        f"{at}/statuses/show?id=Qa0000002": content(json.dumps(wall).encode(), "application/json"),
        f"{at}/status/Hidden0001": raw(b"HTTP/1.1 432 \r\nContent-Length: 0\r\n\r\n"),
        f"{at}/statuses/show?id=Hidden0001": content(json.dumps(wall).encode(), "application/json"),
        "https://wx1.sinaimg.cn/large/006stolen.jpg": content(PICTURE.content, "image/jpeg"),
        "https://wx1.sinaimg.cn/large/007other.jpg": content(OTHER_PICTURE.content, "image/jpeg"),
        "https://f.video.weibocdn.com/o0/990001_ld.mp4?label=mp4_ld": ranged(
            filmed_as("copy.mp4", COPY, STOLEN), "video/mp4"
        ),
    }


def forum() -> Routes:
    """A thread of three pages, whose first author puts a chapter on some floors."""
    at, attached = "https://bbs.pirate.example", Attached(77)
    pages: Routes = {}
    for number in range(3):
        floors = []
        for place in range(4):
            count = number * 4 + place + 1
            is_chapter = place in {0, 2}
            chapter = posted.paragraphs(PARTS[2 + number + place // 2])
            beside = f'<div class="pattl">{attached.markup}</div>' if count == 1 else ""
            author, uid = ("海盗王", 42) if is_chapter else (f"路人{count}", 100 + count)
            floors.append(
                posted.floor(
                    count,
                    chapter if is_chapter else CHATTER,
                    author=author,
                    uid=uid,
                    pid=9000 + count,
                    beside=beside,
                )
            )
        made = posted.thread("三国演义 连载", floors, page=number + 1, pages=3)
        pages[f"{at}/thread-12-{number + 1}-1.html"] = page(made)
    locked = '<div id="messagetext" class="alert_info"><p>抱歉，您需要登录后才能查看本帖</p></div>'
    return {
        **pages,
        f"{at}/thread-13-1-1.html": page(f"<title>提示信息 - 海盗论坛</title>{locked}"),
        f"{at}/{attached.path}": content(PICTURE.content, "image/jpeg"),
        f"{at}/member.php?action=login&mod=logging": page("<form><input type=password></form>"),
    }


def shares() -> Routes:
    return {
        "https://www.lanzoui.com/fn?A1": page(LANZOU_FRAME),
        "https://www.lanzoui.com/ajaxm.php?file=777": content(json.dumps(UNLOCKED).encode()),
        "https://oss.lan.example/file/?CW4": plain(NOVEL),
    }


class Crawled:
    """A crawl of all three, with what it brought."""

    def __init__(self, folder: Path) -> None:
        routes = {**wechat(), **weibo(), **forum(), **shares()}
        by_path = {f"/{url.partition('://')[2]}": answer for url, answer in routes.items()}
        providers = Providers({"iAbC12d3e4f5": Shelved({"三国演义.txt": len(NOVEL.encode())})})

        def answer(line: Line) -> None:
            if line.asked.path in by_path:
                by_path[line.asked.path](line)
            elif line.asked.path.startswith("/www.lanzoui.com/"):
                providers.answer(line)
            else:
                status(404)(line)

        with Site(fallback=answer) as mirror:
            program = Program(folder, settings={"MIRROR_PORT": str(mirror.port)})
            self.program, self.data = program, ("--data", str(folder / "data"), "--json")
            (folder / "三国演义.txt").write_text(NOVEL, "utf-8")
            (folder / PICTURE.filename).write_bytes(PICTURE.content)
            (folder / f"other-{OTHER_PICTURE.filename}").write_bytes(OTHER_PICTURE.content)
            (folder / "song.flac").write_bytes(encoded(SONG, "flac", "flac"))
            (folder / "film.mp4").write_bytes(filmed_as("film.mp4", FILM, SOUND))
            for name, kind in (
                ("三国演义.txt", "literature"),
                (PICTURE.filename, "image"),
                (f"other-{OTHER_PICTURE.filename}", "image"),
                ("film.mp4", "video"),
                ("song.flac", "music"),
            ):
                said = ("--kind", kind, "--holder", "H")
                added = program.run("works", "add", name, *said, *self.data)
                assert added.code == 0, added.err
            urls = (
                ARTICLE,
                "https://mp.weixin.qq.com/s/PictureArticleAbCdEfGh",
                "https://mp.weixin.qq.com/s/GoneArticleAbCdEfGhIjK",
                "https://mp.weixin.qq.com/s/WalledArticleAbCdEfGhI",
                "https://mp.weixin.qq.com/s/MovedArticleAbCdEfGhIj",
                LIST,
                f"https://weibo.com/{UID}/Qa0000002",
                "https://m.weibo.cn/status/Hidden0001",
                THREAD,
                "https://bbs.pirate.example/thread-13-1-1.html",
            )
            how = ("--channel", "social", "--allow", mirror.host, "--delay", "0")
            ended = program.run(MIRRORED, "crawl", *urls, *how, *self.data)
            assert ended.code == 0, ended.err
            assert ended.object["finished"]
            self.paths = mirror.paths()
        store = open_store(StoreLocation(folder / "data"))
        self.store = store
        self.seen = {one.record.url: one.record for one in scan(store.records, Query(Sighting))}
        self.matches = [one.record for one in scan(store.records, Query(Match))]
        self.cases = {
            (one.record.site, one.record.title): one.record
            for one in scan(store.records, Query(Case))
        }

    def urls(self, case: Case) -> set[str]:
        found = scan(self.store.records, Query(CaseUrl, {"case_id": case.id}))
        return {one.record.url for one in found}

    def failure(self, url: str) -> str:
        failure = self.seen[url].failure
        return failure.code if failure else ""

    def titled(self, site: str) -> dict[str, Case]:
        return {title: case for (at, title), case in self.cases.items() if at == site}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    return Crawled(tmp_path_factory.mktemp("social"))


def test_what_an_account_shows_is_one_case_of_the_account(crawled: Crawled) -> None:
    assert set(crawled.titled(WECHAT)) == {"三国演义", "astronaut", "other-flower", "song"}
    assert set(crawled.titled(WEIBO)) == {"三国演义", "astronaut", "film"}
    assert set(crawled.titled(FORUM)) == {"三国演义", "astronaut"}
    assert {at for at, _ in crawled.cases} == {WECHAT, WEIBO, OTHER_WEIBO, FORUM, "lanzoui.com"}


def test_the_articles_of_an_account_gather_in_its_case(crawled: Crawled) -> None:
    case = crawled.titled(WECHAT)["三国演义"]
    assert (case.url_count, case.sites) == (3, ("qq.com",))
    assert case.coverage > 0.3
    assert crawled.urls(case) == {
        ARTICLE,
        "https://mp.weixin.qq.com/s/PictureArticleAbCdEfGh",
        "https://mp.weixin.qq.com/s?__biz=MzA5MDEwMDAwMA%3D%3D&idx=1&mid=2650000002&sn=abcd",
    }


def test_an_article_is_known_by_its_account(crawled: Crawled) -> None:
    seen = crawled.seen[ARTICLE]
    assert seen.offered_on == WECHAT
    assert set(seen.shown_facts) == {
        "author:阿猫",
        f"author_id:{BIZ}",
        f"account:{WECHAT}",
        "published:2024-03-01T08:00:00+00:00",
        "account_name:海盗书屋",
        "account_alias:gh_0123456789ab",
        "wechat:pirate_books",
        "original:yes",
        "voice:MzA5MDEwMDAwMF8x",
    }


def test_media_are_of_the_account_that_shows_them_and_name_who_hosts_them(
    crawled: Crawled,
) -> None:
    for place, title, hosts in (
        (WECHAT, "astronaut", ("qpic.cn", "qq.com")),
        (WECHAT, "song", ("qq.com",)),
        (WEIBO, "astronaut", ("sinaimg.cn", "weibo.com")),
        (WEIBO, "film", ("weibo.com", "weibocdn.com")),
        (OTHER_WEIBO, "other-flower", ("sinaimg.cn", "weibo.com")),
        (FORUM, "astronaut", ("bbs.pirate.example",)),
        ("lanzoui.com", "三国演义", ("lanzoui.com", "oss.lan.example")),
    ):
        assert crawled.titled(place)[title].sites == hosts
    shown = {one.url: one for one in crawled.matches}
    picture = shown["https://wx1.sinaimg.cn/large/006stolen.jpg"]
    assert (picture.site, picture.hosted_on) == (WEIBO, "sinaimg.cn")
    film = crawled.seen["https://f.video.weibocdn.com/o0/990001_ld.mp4?label=mp4_ld"]
    assert film.referrer == LIST
    assert {f"account:{WEIBO}", "post:5221716881314103", "likes:12000"} <= set(film.shown_facts)


def test_statuses_in_scripts_and_json_are_examined_and_kept_as_they_came(
    crawled: Crawled,
) -> None:
    case = crawled.titled(WEIBO)["三国演义"]
    at = "https://m.weibo.cn"
    whole, rest = f"{at}/status/Qa0000001", f"{at}/statuses/extend?id=5221716881314101"
    assert crawled.urls(case) == {whole, rest, LIST}
    seen = crawled.seen[whole]
    assert seen.gathered is not None
    record = json.loads(crawled.store.blobs.path(seen.gathered).read_bytes())
    assert record["account"] == WEIBO
    assert len(record["made_of"]) == 64
    assert crawled.store.blobs.path(seen.capture or "").is_file()
    reposting = crawled.seen[f"{at}/status/Qa0000004"].shown_facts
    assert f"reposted_from:{OTHER_WEIBO}" in reposting


def test_a_thread_is_covered_over_its_pages_as_its_author_posted_it(crawled: Crawled) -> None:
    case = crawled.titled(FORUM)["三国演义"]
    assert case.url_count == 3
    assert case.coverage > 0.45
    facts = crawled.seen[THREAD].shown_facts
    assert {f"account:{FORUM}", "floors:1-4", "author:海盗王", "author:路人2"} <= set(facts)
    picture = crawled.seen["https://bbs.pirate.example/data/attachment/forum/202403/01/77.jpg"]
    assert {"floor:1", "author_id:42"} <= set(picture.shown_facts)


def test_walls_are_on_record_and_nobody_logs_in(crawled: Crawled) -> None:
    walled = {
        "https://mp.weixin.qq.com/s/WalledArticleAbCdEfGhI",
        "https://mp.weixin.qq.com/s/MovedArticleAbCdEfGhIj",
        f"https://weibo.com/{UID}/Qa0000002",
        "https://m.weibo.cn/status/Hidden0001",
        "https://m.weibo.cn/statuses/show?id=Hidden0001",
        "https://m.weibo.cn/statuses/show?id=Qa0000002",
        "https://bbs.pirate.example/thread-13-1-1.html",
    }
    codes = {url: crawled.failure(url) for url in crawled.seen}
    assert {url for url, code in codes.items() if code == "challenged"} == walled
    gone = crawled.seen["https://mp.weixin.qq.com/s/GoneArticleAbCdEfGhIjK"]
    assert "state:deleted" in gone.shown_facts
    asked = [path for path in crawled.paths if "passport" in path or "login" in path]
    assert asked == []
    assert not any("v.qq.com" in path or "home.php" in path for path in crawled.paths)


def test_a_grant_for_an_account_covers_that_account_only(crawled: Crawled) -> None:
    grantee = ("--grantor", "H", "--grantee", "某号")
    given = crawled.program.run("grants", "add", *grantee, "--site", WEIBO, *crawled.data)
    assert given.code == 0, given.err
    listed = crawled.program.run("cases", "list", "--site", "weibo.com", *crawled.data).objects
    states = {(one["site"], one["title"]): one["state"] for one in listed}
    assert states == {
        (WEIBO, "三国演义"): "dismissed",
        (WEIBO, "astronaut"): "dismissed",
        (WEIBO, "film"): "dismissed",
        (OTHER_WEIBO, "other-flower"): "lead",
    }
    gone = given.object["id"]
    revoked = crawled.program.run("grants", "revoke", gone, "--reason", "未付款", *crawled.data)
    assert revoked.code == 0, revoked.err
    again = crawled.program.run("cases", "list", "--site", WEIBO, *crawled.data).objects
    assert {one["state"] for one in again} == {"lead"}
