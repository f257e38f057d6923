"""Posts of threads' pages, as the software of forums marks them."""

from __future__ import annotations

import json
from html import escape

import pytest

from crawlers.spiders.social.forum_data import further_pages
from crawlers.spiders.social.threads import posts_of
from tests.e2e.channels import posted
from tests.responses import page_of

AT = "https://www.bbs.example/t/1"

DISCUZ = posted.thread(
    "主题",
    [
        posted.floor(1, "<p>第一章</p>", author="海盗王", uid=42, pid=9001),
        posted.floor(6, "好看", author="路人", uid=7, pid=9006),
    ],
    page=1,
    pages=1,
)
DISCUZ_TOUCH = """<div class="plc cl" id="pid9001"><ul class="authi"><li class="mtit">
<span class="y"><em>楼主</em></span><span class="z">
<a href="home.php?mod=space&amp;uid=42&amp;mobile=2">海盗王</a></span></li>
<li class="mtime">2024-3-1 16:00</li></ul><div class="message">第一章</div></div>"""
PHPBB = """<div id="p9001" class="post has-profile bg2"><div class="inner">
<dl class="postprofile" id="profile9001"><dt class="has-avatar">
<a href="./memberlist.php?mode=viewprofile&amp;u=42" class="username-coloured">海盗王</a></dt></dl>
<div class="postbody"><div id="post_content9001"><h3><a href="#p9001">Re</a></h3>
<p class="author"><span class="responsive-hide">by <strong>
<a href="./memberlist.php?mode=viewprofile&amp;u=42" class="username-coloured">海盗王</a></strong>
</span><time datetime="2024-03-01T08:00:00+00:00">Fri Mar 01, 2024 8:00 am</time></p>
<div class="content">第一章</div><dl class="attachbox"><dt>Attachments</dt><dd><dl class="file">
<dt class="attach-image"><img src="./download/file.php?id=77&amp;mode=view" alt="a.jpg"></dt></dl>
</dd></dl></div></div></div></div>"""
VBULLETIN_3 = """<table id="post9001"><tr><td class="thead"><a name="post9001"></a>
03-01-2024, 04:00 PM</td><td class="thead">#<a id="postcount9001" name="1"><strong>1</strong></a>
</td></tr><tr><td><a class="bigusername" href="member.php?u=42">海盗王</a></td></tr>
<tr><td><div id="post_message_9001">第一章</div></td></tr></table>"""
VBULLETIN_4 = """<li class="postbitlegacy postbitim postcontainer old" id="post_9001">
<div class="posthead"><span class="postdate old"><span class="date">03-01-2024,&nbsp;
<span class="time">04:00 PM</span></span></span><span class="nodecontrols">
<a name="post9001" href="showthread.php?1#post9001" class="postcounter">#1</a></span></div>
<div class="userinfo"><div class="username_container">
<a class="username offline popupctrl" href="member.php?42-king"><strong>海盗王</strong></a></div>
</div>
<div class="content"><div id="post_message_9001"><blockquote class="postcontent restore">第一章
</blockquote></div></div></li>"""
VBULLETIN_5 = """<li data-node-id="9001" class="b-post js-post" itemscope
 itemtype="http://schema.org/Comment"><div itemprop="author" itemscope>
<a href="https://bbs.example/member/42-king" data-userid="42">
<span itemprop="name">海盗王</span></a>
</div><time itemprop="dateCreated" datetime="2024-03-01T16:00:00">03-01-2024</time>
<a class="b-post__count js-show-post-link" href="#post9001">#1</a>
<div class="js-post__content-text restore" itemprop="text">第一章</div></li>"""
XENFORO_1 = """<li id="post-9001" class="message" data-author="海盗王"><h3 class="userText">
<a href="members/king.42/" class="username" dir="auto">海盗王</a></h3>
<blockquote class="messageText SelectQuoteContainer">第一章</blockquote>
<abbr class="DateTime" data-time="1709280000">Mar 1, 2024</abbr>
<a href="threads/1/#post-9001" class="item muted postNumber hashPermalink">#1</a></li>"""
XENFORO_2 = """<article class="message message--post js-post" data-author="海盗王"
 data-content="post-9001" id="js-post-9001"><section class="message-user"><h4 class="message-name">
<a href="/members/king.42/" class="username" data-user-id="42" itemprop="name">海盗王</a></h4>
</section><header class="message-attribution"><time class="u-dt"
 datetime="2024-03-01T16:00:00+0800" data-timestamp="1709280000">Mar 1</time>
<ul class="message-attribution-opposite"><li><a href="/threads/1/post-9001"><i></i></a></li>
<li><a href="/threads/1/post-9001">#1</a></li></ul></header>
<article class="message-body"><div class="bbWrapper">第一章</div></article>
<section class="message-attachments"><a href="/attachments/a-jpg.77/"><img
 src="/data/attachments/0/77-x.jpg" alt="a.jpg"></a></section></article>"""
NGA = """<table class='forumbox postbox' id='postcontainer0'><tr id='post1strow0' class='postrow'>
<td class='c1'><span class='posterInfo'><a href='nuke.php?func=ucp&amp;uid=42' id='postauthor0'
 class='author b'>42</a></span></td><td class='c2'><a name='l0'></a>
<span id='postdate0' title='reply time'>2024-03-01 16:00</span>
<p id='postcontent0' class='postcontent ubbcode'>第一章[img]./mon_202403/01/a.jpg[/img]</p></td>
</tr></table><script>commonui.userInfo.setAll({"42":{"uid":42,"username":"海盗王"},"__GROUPS":{}})</script>"""
TIEBA_FIELD = json.dumps(
    {
        "author": {"user_id": 42, "user_name": "海盗王", "portrait": "tb.1.x"},
        "content": {"post_id": 9001, "post_no": 1, "date": "2024-03-01 16:00", "comment_num": 0},
    }
)
TIEBA = f"""<div class="l_post l_post_bright j_l_post clearfix" data-field='{escape(TIEBA_FIELD)}'>
<div class="d_author"><li class="d_name"><a class="p_author_name" href="/home/main?un=x">海盗王</a>
</li></div><div id="post_content_9001" class="d_post_content j_d_post_content">第一章</div></div>"""
CRAWLED_DISCOURSE = """<div id="post_1" class="topic-body crawler-post" itemscope
 itemtype="http://schema.org/DiscussionForumPosting"><div class="crawler-post-meta">
<span class="creator" itemprop="author"><a itemprop="url" href="https://bbs.example/u/king">
<span itemprop="name">king</span></a></span>
<time itemprop="datePublished" datetime="2024-03-01T08:00:00Z" class="post-time">Mar 1</time>
<span itemprop="position">1</span></div><div class="post" itemprop="text">第一章</div></div>"""
NODEBB = """<ul component="topic" class="posts timeline"><li component="post" class="posts-list"
 data-index="0" data-pid="9001" data-uid="42" data-username="海盗王" itemprop="comment"
 itemtype="http://schema.org/Comment" itemscope><meta itemprop="datePublished"
 content="2024-03-01T08:00:00.000Z"><a href="/user/king" data-username="海盗王" data-uid="42">
海盗王</a><a href="/post/9001" class="post-index text-muted">#1</a>
<div class="content" component="post/content" itemprop="text"><p>第一章</p></div></li></ul>"""
TELEGRAM = """<div class="tgme_widget_message_wrap"><div class="tgme_widget_message
 text_not_supported_wrap" data-post="king2/9001"><div class="tgme_widget_message_author">
<a class="tgme_widget_message_owner_name" href="https://t.me/king2"><span>海盗王</span></a></div>
<a class="tgme_widget_message_photo_wrap" href="https://t.me/king2/9001"
 style="width:800px;background-image:url('https://cdn4.example/file/a.jpg')"></a>
<div class="tgme_widget_message_text" dir="auto">第一章</div><a class="tgme_widget_message_date"
 href="https://t.me/king2/9001"><time datetime="2024-03-01T08:00:00+00:00">16:00</time></a>
</div></div>"""
NAMED = """<div itemscope itemtype="https://schema.org/DiscussionForumPosting">
<span itemprop="author"><a href="/user/42">海盗王</a></span>
<meta itemprop="datePublished" content="2024-03-01T08:00:00Z">
<div itemprop="articleBody">第一章</div></div>"""
TOPIC = {
    "id": 12,
    "title": "主题",
    "posts_count": 45,
    "post_stream": {
        "posts": [
            {
                "id": 9001,
                "username": "king",
                "user_id": 42,
                "created_at": "2024-03-01T08:00:00.000Z",
                "cooked": "<p>第一章</p>",
                "post_number": 1,
                "reads": 99,
                "reply_count": 3,
                "actions_summary": [{"id": 2, "count": 5}],
            }
        ],
        "stream": [9001],
    },
}
FLARUM = {
    "apiDocument": {
        "data": {"type": "discussions", "id": "12", "attributes": {"title": "主题"}},
        "included": [
            {"type": "users", "id": "42", "attributes": {"username": "k", "displayName": "海盗王"}},
            {
                "type": "posts",
                "id": "9001",
                "attributes": {
                    "number": 1,
                    "createdAt": "2024-03-01T08:00:00+00:00",
                    "contentType": "comment",
                    "contentHtml": "<p>第一章</p>",
                },
                "relationships": {"user": {"data": {"type": "users", "id": "42"}}},
            },
            {"type": "posts", "id": "9002", "attributes": {"contentType": "discussionRenamed"}},
        ],
    }
}
PRELOADED = escape(json.dumps({"site": "{}", "topic_12": json.dumps(TOPIC)}))
DISCOURSE = f'<div id="data-preloaded" data-preloaded="{PRELOADED}"></div>'
FLARUM_PAGE = (
    f'<script id="flarum-json-payload" type="application/json">{json.dumps(FLARUM)}</script>'
)

UTC, CHINA, HERE = "2024-03-01T08:00:00+00:00", "2024-03-01T16:00:00+08:00", "2024-03-01T16:00:00"


@pytest.mark.parametrize(
    ("markup", "author", "id_", "at", "floor", "post"),
    [
        (DISCUZ, "海盗王", "42", "2024-03-01T16:00:01", 1, "9001"),
        (DISCUZ_TOUCH, "海盗王", "42", HERE, 1, "9001"),
        (PHPBB, "海盗王", "42", UTC, None, "9001"),
        (VBULLETIN_3, "海盗王", "42", HERE, 1, "9001"),
        (VBULLETIN_4, "海盗王", "42", HERE, 1, "9001"),
        (VBULLETIN_5, "海盗王", "42", HERE, 1, "9001"),
        (XENFORO_1, "海盗王", "42", UTC, 1, "9001"),
        (XENFORO_2, "海盗王", "42", CHINA, 1, "9001"),
        (NGA, "海盗王", "42", HERE, 0, "0"),
        (TIEBA, "海盗王", "42", HERE, 1, "9001"),
        (CRAWLED_DISCOURSE, "king", "king", UTC, 1, "1"),
        (NODEBB, "海盗王", "42", UTC, 1, "9001"),
        (TELEGRAM, "海盗王", "king2", UTC, None, "9001"),
        (NAMED, "海盗王", "42", UTC, None, ""),
        (DISCOURSE, "king", "king", UTC, 1, "9001"),
        (json.dumps(TOPIC), "king", "king", UTC, 1, "9001"),
        (FLARUM_PAGE, "海盗王", "42", UTC, 1, "9001"),
    ],
    ids=[
        *("discuz", "discuz-touch", "phpbb", "vb3", "vb4", "vb5", "xf1", "xf2", "nga", "tieba"),
        *(
            "discourse-crawler",
            "nodebb",
            "telegram",
            "schema.org",
            "discourse",
            "discourse-json",
            "flarum",
        ),
    ],
)
def test_posts_with_their_authors(
    markup: str, author: str, id_: str, at: str, floor: int | None, post: str
) -> None:
    is_json = markup.startswith("{")
    headers = {"Content-Type": "application/json"} if is_json else None
    page = page_of(markup if is_json else f"<html><body>{markup}", AT, headers=headers)
    first = posts_of(page)[0]
    assert (first.author, first.author_id, first.posted_at) == (author, id_, at)
    assert (first.floor, first.id) == (floor, post)
    assert first.account == f"bbs.example/u/{id_}"
    assert first.text.startswith("第一章")


def test_all_floors_are_read_and_nothing_else() -> None:
    posts = posts_of(page_of(DISCUZ, AT))
    assert [(one.floor, one.author, one.text) for one in posts] == [
        (1, "海盗王", "第一章"),
        (6, "路人", "好看"),
    ]


@pytest.mark.parametrize(
    ("markup", "media"),
    [
        (PHPBB, ["./download/file.php?id=77&mode=view"]),
        (TELEGRAM, ["https://cdn4.example/file/a.jpg"]),
        (XENFORO_2, ["/data/attachments/0/77-x.jpg", "/attachments/a-jpg.77/"]),
        (NGA, ["https://img.nga.178.com/attachments/mon_202403/01/a.jpg"]),
    ],
)
def test_attachments_stand_beside_the_text(markup: str, media: list[str]) -> None:
    (post,) = posts_of(page_of(f"<html><body>{markup}", AT))
    assert [one.url for one in post.media] == media


def test_what_stands_in_json_only_is_not_shown() -> None:
    (post,) = posts_of(page_of(f"<html><body>{DISCOURSE}", AT))
    assert not post.shown
    assert post.title == "主题"
    assert {"likes:5", "comments:3", "reads:99", "floor:1"} <= set(post.every_fact())


def test_a_long_topic_goes_on_in_the_interface() -> None:
    page = page_of(f"<html><body>{DISCOURSE}", "https://bbs.example/t/some-topic/12")
    at = "https://bbs.example/t/some-topic/12.json"
    assert list(further_pages(page)) == [f"{at}?page=2", f"{at}?page=3"]


@pytest.mark.parametrize(
    "markup",
    [
        "<p>文章</p>",
        "<div id=post_1><p>no body</p></div>",
        '<div itemtype="https://schema.org/Comment"><p itemprop=text>a comment</p></div>',
        "<div id=data-preloaded data-preloaded='{'></div>",
        "<div class=l_post data-field='[1]'></div>",
        "<div>" * 30_000,
    ],
)
def test_other_pages_are_no_threads(markup: str) -> None:
    assert posts_of(page_of(f"<html><body>{markup}", AT)) == []


def test_posts_within_posts_are_read_up_to_a_bound() -> None:
    words = "第一章" * 20_000
    nested = '<div id="post_1"><td id="postmessage_1"><div id="postmessage_1">'
    page = page_of(f"<html><body>{nested * 250}{words}", AT)
    assert sum(len(one.text) for one in posts_of(page)) < 5_000_000
