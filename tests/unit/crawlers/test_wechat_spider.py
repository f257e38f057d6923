"""Articles of public accounts: what their scripts say, what became of them, where they lead."""

from __future__ import annotations

import pytest

from crawlers.spiders.social.wechat import article_of, is_wall, leads_to, state_of
from index.sites import account_at
from tests.e2e.channels.posted import (
    BIZ,
    article,
    deleted_article,
    picture_article,
    wall_of_wechat,
)
from tests.responses import page_of

AT = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv"
VIDEO = (
    "var videoPageInfos = [{video_id: 'wxv_1', mp_video_trans_info: [{url: ('http://mpvideo.qpic.cn"
    "/0bc3aaaabbbbcccc.f10002.mp4?dis_k=1\\x26amp;dis_t=2').replace(/x/, 'y')}, {url:"
    " ('http://mpvideo.qpic.cn/0bc3aaaabbbbcccc.f10004.mp4?dis_k=1').replace(/x/, 'y')}]}];"
)
BODY = """<p>正文</p><p><img data-src="https://mmbiz.qpic.cn/a/640?wx_fmt=png" src=""></p>
<section style="background-image: url(&quot;https://mmbiz.qpic.cn/b/0?wx_fmt=jpeg&quot;);"></section>
<mpvoice name="一" voice_encode_fileid="V1"></mpvoice>
<mp-common-qqmusic musicid="M1" audiourl="http://ws.stream.qqmusic.qq.com/C1.m4a" music_name="雪"
 singer="某人"></mp-common-qqmusic>
<iframe class="video_iframe" data-mpvid="wxv_1" data-src="https://mp.weixin.qq.com/mp/x"></iframe>
<iframe class="video_iframe" data-src="https://v.qq.com/iframe/preview.html?vid=a001&x=1"></iframe>"""


def test_an_article_with_every_kind_of_medium() -> None:
    found = article_of(page_of(article("题", BODY, more=VIDEO), AT))
    assert found is not None
    assert [(one.url, one.title) for one in found.media] == [
        ("https://mmbiz.qpic.cn/a/640?wx_fmt=png", ""),
        ("https://mmbiz.qpic.cn/b/0?wx_fmt=jpeg", ""),
        ("https://res.wx.qq.com/voice/getvoice?mediaid=V1", "一"),
        ("http://ws.stream.qqmusic.qq.com/C1.m4a", "雪 - 某人"),
        ("http://mpvideo.qpic.cn/0bc3aaaabbbbcccc.f10002.mp4?dis_k=1&dis_t=2", ""),
        ("https://mmbiz.qpic.cn/mmbiz_jpg/cover/0?wx_fmt=jpeg", ""),
    ]
    facts = {"original:yes", "voice:V1", "music:M1", "video:wxv_1", "video:a001"}
    assert facts <= set(found.every_fact())
    assert (found.title, found.account, found.shown) == (
        "题", f"mp.weixin.qq.com/u/{BIZ}", True,
    )  # fmt: skip


def test_an_article_of_pictures_has_its_text_in_a_script() -> None:
    page = page_of(picture_article("第一行\n'引' <号>", ["https://mmbiz.qpic.cn/a?x=1&y=2"]), AT)
    found = article_of(page)
    assert found is not None
    assert (found.text, found.shown) == ("第一行 '引' <号>", False)
    assert [one.url for one in found.media] == ["https://mmbiz.qpic.cn/a?x=1&y=2", ""]
    assert found.author_id == BIZ


@pytest.mark.parametrize("said", ["", "not base64!", "aGVsbG8="])
def test_an_account_that_is_none_is_not_made_up(said: str) -> None:
    found = article_of(page_of(article("题", "<p>文</p>", biz=said), AT))
    assert found is not None
    assert found.account == ""


def test_the_account_may_stand_in_the_address() -> None:
    page = page_of(article("题", "<p>文</p>", biz=""), f"https://mp.weixin.qq.com/s?__biz={BIZ}")
    found = article_of(page)
    assert found is not None
    assert found.account == account_at("mp.weixin.qq.com", BIZ)


def test_what_became_of_an_article() -> None:
    assert state_of(page_of(deleted_article(), AT)) == "deleted"
    assert state_of(page_of("<html><p>此内容因违规无法查看", AT)) == "violation"
    assert state_of(page_of("<html><p>该公众号已迁移", AT)) == "migrated"
    assert state_of(page_of(article("题", "<p>该内容已被发布者删除</p>"), AT)) == ""
    assert article_of(page_of(deleted_article(), AT)) is None


def test_a_test_in_place_of_an_article_is_a_wall() -> None:
    assert is_wall(AT, wall_of_wechat())
    assert is_wall("https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=x")
    assert not is_wall(AT, article("题", "<p>环境异常</p>"))
    assert not is_wall(AT, picture_article("环境异常", ["https://mmbiz.qpic.cn/a"]))


@pytest.mark.parametrize(
    ("url", "there"),
    [
        (f"{AT}?scene=1&click_id=2", AT),
        (
            "http://mp.weixin.qq.com/s?__biz=MzA%3D&mid=2&idx=1&sn=ab&chksm=cd&scene=21",
            "https://mp.weixin.qq.com/s?__biz=MzA%3D&idx=1&mid=2&sn=ab",
        ),
        (
            "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=a&album_id=1",
            "https://mp.weixin.qq.com/mp/appmsgalbum?__biz=a&album_id=1",
        ),
        ("https://mp.weixin.qq.com/mp/profile_ext?action=home", None),
        ("https://mp.weixin.qq.com/s?scene=1", None),
        ("https://v.qq.com/s/AbCdEfGhIjKlMnOpQrStUv", None),
    ],
)
def test_what_is_followed(url: str, there: str | None) -> None:
    assert leads_to(url) == there


def test_scripts_without_end_cost_little() -> None:
    hostile = "var nickname = '" * 50_000 + "content_noencode: JsDecode('" * 20_000
    page = page_of(f"<html><script>{hostile}</script><div id=js_content><p>文</p></div>", AT)
    found = article_of(page)
    assert found is not None
    assert found.text == "文"
