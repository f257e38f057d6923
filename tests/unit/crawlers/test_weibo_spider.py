"""Weibo's statuses in all forms, whose they are, and where they lead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers.spiders.social.weibo import (
    is_wall,
    next_of_list,
    onward,
    public_forms,
    reposted,
    state_of,
    statuses_of,
)
from tests.e2e.channels.posted import OTHER_UID, UID, cards, detail, film, picture, status
from tests.responses import page_of

AT = "https://m.weibo.cn/status/Qa0000001"
ACCOUNT, OTHER = f"weibo.com/u/{UID}", f"weibo.com/u/{OTHER_UID}"
PLAIN = status("5221716881314101", "Qa0000001", "正文 <b>一</b>")
DESKTOP: dict[str, Any] = {
    "created_at": "Fri Mar 01 16:00:00 +0800 2024",
    "id": 5221716881314101,
    "mid": "5221716881314101",
    "mblogid": "Qa0000001",
    "user": {"idstr": UID, "screen_name": "海盗阿三", "profile_url": f"/u/{UID}"},
    "text": "正文 <b>一</b>",
    "text_raw": "正文 一",
    "attitudes_count": 12000,
    "reposts_count": 12,
    "comments_count": 3,
}


def answer(document: object, url: str = AT) -> Any:  # noqa: ANN401
    return page_of(json.dumps(document), url, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    "page",
    [
        answer({"ok": 1, "data": PLAIN}),
        answer(DESKTOP, "https://weibo.com/ajax/statuses/show?id=Qa0000001"),
        answer({"ok": 1, "data": {"list": [DESKTOP]}}),
        answer({"ok": 1, "data": {"cards": [{"card_group": [{"mblog": PLAIN}]}]}}),
        answer(json.loads(cards([PLAIN], 7))),
        page_of(detail(PLAIN), AT),
    ],
    ids=["mobile", "desktop", "desktop-list", "card-group", "cards", "page"],
)
def test_a_status_in_every_form(page: Any) -> None:  # noqa: ANN401
    (post,) = statuses_of(page)
    assert (post.text, post.author, post.account) == ("正文 一", "海盗阿三", ACCOUNT)
    assert post.posted_at == "2024-03-01T16:00:00+08:00"
    assert post.url == f"https://weibo.com/{UID}/Qa0000001"
    assert {"likes:12000", "reposts:12", "comments:3"} <= set(post.every_fact())
    assert not post.shown


def test_pictures_and_films_are_taken_in_one_size() -> None:
    said = status(
        "5221716881314102",
        "Qa0000002",
        "",
        pics=[
            picture("a"),
            {"pid": "b", "type": "livephoto", "videoSrc": "https://x.example/b.mov"},
        ],
        pic_infos={"c": {"large": {"url": "https://wx1.sinaimg.cn/large/c.jpg"}}},
        page_info=film("9"),
    )
    (post,) = statuses_of(page_of(detail(said), AT))
    assert [one.url for one in post.media] == [
        "https://wx1.sinaimg.cn/large/a.jpg",
        "https://x.example/b.mov",
        "https://wx1.sinaimg.cn/large/c.jpg",
        "https://f.video.weibocdn.com/o0/9_ld.mp4?label=mp4_ld",
        "https://wx1.sinaimg.cn/orj480/9cover.jpg",
    ]
    assert "video:1034:9" in post.facts


def test_of_qualities_the_smallest_that_shows_enough_is_played() -> None:
    qualities = [
        {"play_info": {"url": f"https://f.example/{height}.mp4", "height": height}}
        for height in (1080, 720, 360, 180)
    ]
    said = {**DESKTOP, "page_info": {"media_info": {"playback_list": qualities}}}
    (post,) = statuses_of(answer(said))
    assert [one.url for one in post.media] == ["https://f.example/360.mp4"]


def test_a_repost_names_its_origin_and_shows_its_text_but_not_its_media() -> None:
    first = status(
        "5221716881314199", "Qa0000099", "原文", uid=OTHER_UID, name="原作", pics=[picture("z")]
    )
    page = page_of(
        detail(status("5221716881314104", "Qa0000004", "转", retweeted_status=first)), AT
    )
    (post,) = statuses_of(page)
    assert post.text == "转 @原作 原文"
    assert post.media == ()
    assert {f"reposted_from:{OTHER}", "original_author:原作"} <= set(post.every_fact())
    (origin,) = reposted(page)
    assert (origin.account, len(origin.media)) == (OTHER, 1)
    assert (f"https://m.weibo.cn/status/{'Qa0000099'}", OTHER) in list(onward(page))


def test_a_repost_of_what_is_gone() -> None:
    gone = {"id": "1", "mid": "1", "text": "抱歉，此微博已被作者删除。", "user": None}
    said = status("5221716881314104", "Qa0000004", "转", retweeted_status=gone)
    (post,) = statuses_of(page_of(detail(said), AT))
    assert "state:original_gone" in post.facts
    assert reposted(page_of(detail(said), AT)) == []


def test_long_texts_are_asked_for_where_they_are_cut() -> None:
    cut = status("5221716881314101", "Qa0000001", "开头…全文", isLongText=True)
    whole = {**cut, "longText": {"longTextContent": "全部"}}
    extend = ("https://m.weibo.cn/statuses/extend?id=5221716881314101", ACCOUNT)
    assert extend in list(onward(page_of(detail(cut), AT)))
    assert extend not in list(onward(page_of(detail(whole), AT)))
    assert statuses_of(page_of(detail(whole), AT))[0].text == "全部"
    (rest,) = statuses_of(answer({"ok": 1, "data": {"ok": 1, "longTextContent": "全部\n文字"}}))
    assert (rest.text, rest.account) == ("全部 文字", "")


def test_a_list_goes_on() -> None:
    url = f"https://m.weibo.cn/api/container/getIndex?containerid=107603{UID}&type=uid&value={UID}"
    page = page_of(cards([PLAIN], 438), url, headers={"Content-Type": "application/json"})
    assert list(next_of_list(page)) == [url.replace("&type", "&since_id=438&type")]
    last = page_of(cards([PLAIN], None), url, headers={"Content-Type": "application/json"})
    assert list(next_of_list(last)) == []


@pytest.mark.parametrize(
    ("url", "forms"),
    [
        (
            f"https://weibo.com/{UID}/Qa0000001?from=x",
            [AT, "https://m.weibo.cn/statuses/show?id=Qa0000001"],
        ),
        (
            f"https://weibo.com/u/{UID}",
            [
                f"https://m.weibo.cn/api/container/getIndex?containerid=107603{UID}&type=uid&value={UID}"
            ],
        ),
        ("https://weibo.com/", []),
        (f"https://other.example/{UID}/Qa0000001", []),
    ],
)
def test_where_else_the_same_is_public(url: str, forms: list[str]) -> None:
    assert list(public_forms(url)) == forms


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        ("https://passport.weibo.com/visitor/visitor", b"", True),
        (AT, b'{"ok": -100, "url": "https://passport.weibo.com/sso/signin"}', True),
        (AT, b"<html><title>Sina Visitor System</title>", True),
        (AT, b'{"ok": 1, "data": {}}', False),
    ],
)
def test_walls(url: str, body: bytes, expected: bool) -> None:  # noqa: FBT001
    assert is_wall(url, body) is expected


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"retweeted_status":' * 300 + b"1" + b"}" * 300,
        json.dumps({"mid": "1", "text": "a", "user": 7, "pics": 3, "page_info": [1]}).encode(),
        json.dumps({"mid": 1, "text": "a", "retweeted_status": {"user": {"id": []}}}).encode(),
        b'{"mid":"1","text":"' + b"<div>" * 50_000 + b'"}',
        b"\xff\xfe{",
    ],
)
def test_what_is_no_status_says_nothing(body: bytes) -> None:
    page = page_of(body, AT, headers={"Content-Type": "application/json"})
    assert [one.account for one in statuses_of(page) if one.account] == []
    assert list(onward(page)) == []
    assert reposted(page) == []


def test_chains_of_reposts_are_not_followed_to_their_end() -> None:
    chain: dict[str, Any] = PLAIN
    for number in range(200):
        chain = status(f"52217168813{number:05}", "Qa0000001", "转", retweeted_status=chain)
    (post,) = statuses_of(answer(chain))
    assert f"reposted_from:{ACCOUNT}" in post.facts


@pytest.mark.parametrize(
    ("page", "state"),
    [
        (answer({"ok": 0, "msg": "这里还没有内容", "data": {"cards": []}}), "unavailable"),
        (
            page_of("<html><title>微博-出错了</title><p>微博不存在或暂无查看权限!", AT),
            "unavailable",
        ),
        (page_of("<html><p>抱歉，此微博已被作者删除", AT), "deleted"),
        (page_of("<html><div id=app></div>", AT), ""),
    ],
)
def test_what_became_of_a_status(page: Any, state: str) -> None:  # noqa: ANN401
    assert state_of(page) == state
