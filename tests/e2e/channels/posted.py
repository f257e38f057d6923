"""Pages of platforms and forums, built as the real ones are: what is shown, what scripts hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BIZ = "MzA5MDEwMDAwMA=="
UID, OTHER_UID = "1645372340", "2593832737"


def paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def article(
    title: str, body: str, *, account: str = "海盗书屋", biz: str = BIZ, more: str = ""
) -> str:
    """A public account's article: its body is hidden until scripts show it, its pictures lazy."""
    return f"""<!DOCTYPE html><html class=""><head><meta charset="utf-8">
<meta name="author" content="阿猫"><meta property="og:title" content="{title}">
<meta property="og:site_name" content="微信公众平台">
<meta property="og:image" content="https://mmbiz.qpic.cn/mmbiz_jpg/cover/0?wx_fmt=jpeg">
<title></title><style>.rich_media_content{{visibility:hidden}}</style>
<script nonce="1" type="text/javascript">var __INLINE_SCRIPT__ = true; window.logs = {{}};</script>
</head><body id="activity-detail" class="zh_CN wx_wap_page">
<div id="js_article" class="rich_media"><div class="rich_media_inner"><div id="page-content">
<h1 class="rich_media_title" id="activity-name">{title}</h1>
<div id="meta_content" class="rich_media_meta_list">
<span id="copyright_logo" class="rich_media_meta icon_appmsg_tag appmsg_title_tag">原创</span>
<span class="rich_media_meta rich_media_meta_text">阿猫</span>
<span class="rich_media_meta rich_media_meta_nickname" id="profileBt">
<a href="javascript:void(0);" class="wx_tap_link" id="js_name">{account}</a>
<div id="js_profile_qrcode" style="display:none;">
<strong class="profile_nickname">{account}</strong>
<p class="profile_meta"><label class="profile_meta_label">微信号</label>
<span class="profile_meta_value">pirate_books</span></p></div></span>
<em id="publish_time" class="rich_media_meta rich_media_meta_text"></em></div>
<div class="rich_media_content js_underline_content" id="js_content"
 style="visibility: hidden; opacity: 0; ">{body}</div>
<script nonce="1" type="text/javascript">
 var first_sceen__time = (+new Date());
 var biz = "{biz}" || ""; var sn = "" || "" || "abc"; var mid = "" || "" || "2650000001";
 var user_name = "gh_0123456789ab"; var nickname = htmlDecode("{account}");
 var ct = "1709280000"; var msg_title = '{title}'.html(false); var msg_desc = htmlDecode("x");
 var copyright_stat = '1'; {more}
</script></div></div></div></body></html>"""


def picture_article(words: str, pictures: Iterable[str]) -> str:
    """An article of pictures: no body stands in its markup, all of it in a script."""
    escaped = (one.replace("&", "\\x26amp;") for one in pictures)
    listed = ",".join(f"{{cdn_url: JsDecode('{url}'), width: '9' * 1}}" for url in escaped)
    said = words.replace("\\", "\\\\").replace("'", "\\x27").replace("\n", "\\x0a")
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title></title>
<meta property="og:title" content="贴图"></head><body><div id="js_image_desc"></div>
<script>window.item_show_type = '8' || '';
window.cgiDataNew = {{ title: JsDecode('贴图'), nick_name: JsDecode('海盗书屋'),
 bizuin: JsDecode('{BIZ}'), create_time: JsDecode('2024-03-01 16:00'),
 content_noencode: JsDecode('{said}'), picture_page_info_list: [{listed}] }};
</script></body></html>"""


def wall_of_wechat() -> str:
    return """<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>
<div class="weui-msg"><h2 class="weui-msg__title">环境异常</h2>
<p class="weui-msg__desc">当前环境异常，完成验证后即可继续访问。</p>
<a class="weui-btn weui-btn_primary" id="js_verify" href="javascript:;">去验证</a></div>
<script src="https://res.wx.qq.com/mmbizwap/zh_CN/htmledition/js/secitptpage/verify.js"></script>
</body></html>"""


def deleted_article() -> str:
    return """<!DOCTYPE html><html><head><meta charset="utf-8"><title></title></head><body>
<div class="weui-msg"><div class="weui-msg__text-area"><div class="global_error_msg warn">
该内容已被发布者删除</div></div></div></body></html>"""


def status(
    mid: str, bid: str, text: str, *, uid: str = UID, name: str = "海盗阿三", **more: object
) -> dict[str, Any]:
    """A status as m.weibo.cn gives it out."""
    user = {"id": int(uid), "screen_name": name, "profile_url": f"https://m.weibo.cn/u/{uid}"}
    return {
        "visible": {"type": 0, "list_id": 0},
        "created_at": "Fri Mar 01 16:00:00 +0800 2024",
        "id": mid,
        "mid": mid,
        "bid": bid,
        "text": text,
        "textLength": len(text),
        "source": "微博网页版",
        "user": user,
        "reposts_count": 12,
        "comments_count": 3,
        "attitudes_count": "1.2万",
        "isLongText": False,
        "pic_ids": [],
        "region_name": "发布于 北京",
        **more,
    }


def picture(pid: str) -> dict[str, Any]:
    return {
        "pid": pid,
        "url": f"https://wx1.sinaimg.cn/orj360/{pid}.jpg",
        "size": "orj360",
        "geo": {"width": 360, "height": 270, "croped": False},
        "large": {"size": "large", "url": f"https://wx1.sinaimg.cn/large/{pid}.jpg"},
    }


def film(id_: str) -> dict[str, Any]:
    at = f"https://f.video.weibocdn.com/o0/{id_}"
    return {
        "type": "video",
        "object_id": f"1034:{id_}",
        "page_pic": {"url": f"https://wx1.sinaimg.cn/orj480/{id_}cover.jpg"},
        "page_title": "海盗阿三的微博视频",
        "title": "某片",
        "media_info": {"stream_url": f"{at}_ld.mp4?label=mp4_ld", "duration": 19.0},
        "urls": {
            "mp4_720p_mp4": f"{at}_720.mp4?label=mp4_720p",
            "mp4_hd_mp4": f"{at}_hd.mp4?label=mp4_hd",
            "mp4_ld_mp4": f"{at}_ld.mp4?label=mp4_ld",
        },
    }


def detail(said: Mapping[str, Any]) -> str:
    """The mobile page of a status: an app's frame, with the status in a script."""
    state = json.dumps([{"hotScheme": "", "status": said}], ensure_ascii=False, indent=4)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>微博正文 - 微博HTML5版</title></head><body><div id="app"></div><script>
        var config = {{ env: 'prod', st: 'ab12', login: [0][0] }};
        var $render_data = {state}[0] || {{}};
        var __wb_performance_data={{v:"v8"}}
</script><script src="https://h5.sinaimg.cn/m/weibo-lite/js/app.js"></script></body></html>"""


def cards(statuses: Sequence[Mapping[str, Any]], since: int | None) -> bytes:
    """What m.weibo.cn's interface says of an account's statuses, and where the list goes on."""
    listed = [{"card_type": 9, "itemid": "", "scheme": "", "mblog": one} for one in statuses]
    info = {"containerid": f"107603{UID}", "v_p": 42, "show_style": 1, "total": 99}
    data = {"cardlistInfo": {**info, **({"since_id": since} if since else {})}, "cards": listed}
    return json.dumps({"ok": 1, "data": data}).encode()


def floor(number: int, body: str, *, author: str, uid: int, pid: int, beside: str = "") -> str:
    """A floor of a Discuz! X thread, with what its template puts around the text."""
    names = {1: "楼主", 2: "沙发", 3: "板凳", 4: "地板"}
    named = names.get(number, f"<em>{number}</em><sup>#</sup>")
    found = f"forum.php?mod=redirect&amp;goto=findpost&amp;ptid=12&amp;pid={pid}"
    only = f"forum.php?mod=viewthread&amp;tid=12&amp;page=1&amp;authorid={uid}"
    return f"""<div id="post_{pid}"><table id="pid{pid}" class="plhin" summary="pid{pid}">
<tr><td class="pls" rowspan="2"><div id="favatar{pid}" class="pls favatar"><div class="pi">
<div class="authi">
<a href="home.php?mod=space&amp;uid={uid}" target="_blank" class="xw1">{author}</a></div>
</div><div class="avatar"><a href="home.php?mod=space&amp;uid={uid}">
<img src="uc_server/avatar.php?uid={uid}&size=middle"></a></div></div></td>
<td class="plc"><div class="pi"><strong>
<a href="{found}" id="postnum{pid}">{named}</a>
</strong><div class="pti"><div class="pdbt"></div><div class="authi">
<em id="authorposton{pid}">发表于
<span title="2024-3-1 16:00:0{number % 10}">昨天&nbsp;16:00</span></em>
<span class="pipe">|</span><a href="{only}" rel="nofollow">只看该作者</a></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table cellspacing="0" cellpadding="0">
<tr><td class="t_f" id="postmessage_{pid}">{body}</td></tr></table></div>{beside}
<div id="post_rate_div_{pid}"></div></div></div></td></tr>
<tr><td class="plc plm"><div class="sign">我的签名</div></td></tr></table></div>"""


def thread(title: str, floors: Iterable[str], *, page: int, pages: int) -> str:
    """A page of a Discuz! X thread."""
    links = "".join(
        f"<strong>{one}</strong>" if one == page else f'<a href="thread-12-{one}-1.html">{one}</a>'
        for one in range(1, pages + 1)
    )
    after = f'<a href="thread-12-{page + 1}-1.html" class="nxt">下一页</a>' if page < pages else ""
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>{title} - 小说下载 - 海盗论坛 - Powered by Discuz!</title>
<meta name="generator" content="Discuz! X3.4" /></head><body id="nv_forum" class="pg_viewthread">
<div id="hd"><a href="member.php?mod=logging&amp;action=login">登录</a></div>
<div id="ct"><div id="pgt" class="pgs"><div class="pg">{links}{after}</div></div>
<div id="postlist" class="pl bm"><table class="ad"><tr><td class="plc ptm pbn vwthd">
<h1 class="ts"><span id="thread_subject">{title}</span></h1></td></tr></table>
{"".join(floors)}<div id="postlistreply" class="pl"><div id="post_new"></div></div></div></div>
<div id="ft">Powered by <strong>Discuz!</strong></div></body></html>"""


@dataclass(frozen=True, slots=True)
class Attached:
    """A picture attached to a floor: a place holder stands there until it is scrolled to."""

    aid: int

    @property
    def path(self) -> str:
        return f"data/attachment/forum/202403/01/{self.aid}.jpg"

    @property
    def markup(self) -> str:
        return f"""<ignore_js_op><img id="aimg_{self.aid}" aid="{self.aid}"
 src="static/image/common/none.gif" zoomfile="{self.path}" file="{self.path}.thumb.jpg"
 class="zoom" width="600" /></ignore_js_op>"""
