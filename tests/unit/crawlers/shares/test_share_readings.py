"""What adapters make of replies that say little, or nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.shares.providers import ADAPTERS
from crawlers.shares.providers.contract import HOLDS_S, Ask, Reading, Reply, ShareState, joined
from crawlers.shares.providers.inquiry import Budget, Listing, inquire
from crawlers.shares.providers.messages import state_said
from crawlers.shares.share import Share

if TYPE_CHECKING:
    from collections.abc import Generator


def share_of(provider: str, code: str = "ab12") -> Share:
    return Share(provider, "1AbCdEfGhIjKlMnOpQrStUv", f"https://{provider}.example/s/1", code)


def read(provider: str, value: Any, status: int = 200, code: str = "ab12") -> Reading:  # noqa: ANN401
    adapter, share = ADAPTERS[provider], share_of(provider, code)
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return adapter.read(share, adapter.first(share), Reply(status, body))


@pytest.mark.parametrize(
    ("provider", "value", "state"),
    [
        ("baidu", {"errno": -62}, ShareState.UNKNOWN),
        ("baidu", {"errno": 0, "randsk": "x"}, None),
        ("baidu", {"errno": -7}, ShareState.CANCELLED),
        ("quark", {"code": 41012, "message": "好友已取消了分享"}, ShareState.CANCELLED),
        ("quark", {"code": 41099, "message": "分享地址已失效"}, ShareState.CANCELLED),
        ("uc", {"code": 0, "data": {}}, ShareState.UNKNOWN),
        ("115", {"state": False, "errno": 990001, "error": "请重新登录"}, ShareState.UNKNOWN),
        (
            "115",
            {"state": True, "data": {"list": [], "shareinfo": {"share_state": 7}}},
            ShareState.EXPIRED,
        ),
        ("123", {"code": 403, "message": "forbidden"}, ShareState.UNKNOWN),
        ("aliyun", {"code": "ShareLink.Forbidden", "message": "x"}, ShareState.BANNED),
        ("xunlei", {"share_status": "OK", "files": []}, ShareState.LIVE),
        ("mobile139", {"resultCode": "1", "desc": "系统繁忙"}, ShareState.UNKNOWN),
        ("tianyi", {"res_code": "ShareAuditNotPass"}, ShareState.BANNED),
    ],
)
def test_replies(provider: str, value: dict[str, Any], state: ShareState | None) -> None:
    assert read(provider, value).state == state


XML_FILE = (
    "<shareVO><shareId>9</shareId><fileName>a.txt</fileName><isFolder>false</isFolder>"
    "<fileSize>7</fileSize><needAccessCode>0</needAccessCode></shareVO>"
)


@pytest.mark.parametrize(
    ("xml", "state"),
    [
        ("<error><code>ShareInfoNotFound</code><message>x</message></error>", ShareState.NOT_FOUND),
        ("<error><code>ShareExpiredError</code><message>x</message></error>", ShareState.EXPIRED),
        (XML_FILE, ShareState.LIVE),
    ],
)
def test_tianyi_in_xml(xml: str, state: ShareState) -> None:
    reading = read("tianyi", xml.encode())
    assert reading.state is state
    if state is ShareState.LIVE:
        assert [(file.path, file.size_bytes) for file in reading.entries] == [("a.txt", 7)]


NOTHING = [b"", b"null", b"[]", b"<html>502", b"{}", b'{"data": 1}', b"\xff\xfe", b"[" * 5000]


@pytest.mark.parametrize("body", NOTHING)
@pytest.mark.parametrize("provider", ADAPTERS)
def test_a_reply_that_says_nothing_leaves_the_state_unknown(provider: str, body: bytes) -> None:
    reading = read(provider, body, status=502)
    assert reading.state is ShareState.UNKNOWN
    assert reading.reason
    assert reading.asks == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "errno",
                    "list",
                    "data",
                    "code",
                    "state",
                    "files",
                    "share_status",
                    "zt",
                    "text",
                    "shareinfo",
                    "metadata",
                    "items",
                    "title",
                    "inf",
                    "fileListAO",
                    "InfoList",
                    "res_code",
                    "needAccessCode",
                    "isFolder",
                    "shareId",
                    "size",
                    "name",
                    "path",
                    "isdir",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.sampled_from(sorted(ADAPTERS)), _JSON, st.sampled_from(["", "ab12"]))
def test_any_reply_is_answered(provider: str, value: Any, code: str) -> None:  # noqa: ANN401
    listing = _ended(inquire(ADAPTERS[provider], share_of(provider, code)), value)
    assert listing.state in ShareState


def _ended(inquiry: Generator[Ask, Reply | None, Listing], value: Any) -> Listing:  # noqa: ANN401
    body = json.dumps(value).encode()
    next(inquiry)
    for _ in range(Budget().requests):
        try:
            inquiry.send(Reply(200, body))
        except StopIteration as ended:
            listing: Listing = ended.value
            return listing
    pytest.fail("the budget was passed")


def test_a_request_without_a_reply_leaves_the_state_unknown() -> None:
    inquiry = inquire(ADAPTERS["quark"], share_of("quark"))
    assert isinstance(next(inquiry), Ask)
    with pytest.raises(StopIteration) as ended:
        inquiry.send(None)
    assert (ended.value.value.state, ended.value.value.reason) == (ShareState.UNKNOWN, "no_reply")


def test_codes_are_used_as_given_and_never_guessed() -> None:
    for provider, adapter in ADAPTERS.items():
        without = adapter.first(share_of(provider, ""))
        assert "ab12" not in without.url
        assert b"ab12" not in without.body


def test_every_state_holds_for_a_time() -> None:
    assert set(HOLDS_S) == set(ShareState)


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ("此链接分享内容可能因为涉及侵权、色情、反动、低俗等信息，无法访问！", ShareState.BANNED),
        ("啊哦，你来晚了，分享的文件已经被取消了，下次要早点哟。", ShareState.CANCELLED),
        ("啊哦，来晚了，该分享文件已过期", ShareState.EXPIRED),
        ("链接不存在", ShareState.NOT_FOUND),
        ("请输入提取码", ShareState.NEEDS_CODE),
        ("提取码错误", ShareState.WRONG_CODE),
        ("系统繁忙，请稍后再试", None),
    ],
)
def test_messages(message: str, state: ShareState | None) -> None:
    assert state_said(message) is state


def test_names_do_not_climb_out_of_their_folder() -> None:
    assert joined("a", "../b") == "a/..／b"
