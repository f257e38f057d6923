"""The body of a page is told from what stands around it; no place in the text moves."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerprints.contract import Limits
from fingerprints.errors import TooLarge
from fingerprints.text import MainText, main_text, read_main, read_text

LIMITS = Limits()
SAID = (
    "却说那日天色将晚，两个赶车的老汉在桥头歇脚，一个姓陈，一个姓吴，说起三十年前修这座桥的旧事。",
    "桥下的水比往年浅了许多，露出几块青石，石上刻着谁也认不全的字。吴老汉说那是他爷爷刻的。",
    "“你爷爷认得字？”陈老汉不信，把烟杆在鞋底上敲了敲，“那年月，十里八乡也寻不出三个识字的人来。”",
    "吴老汉笑而不答，只望着水面。风从上游吹来，带着稻花的香气，远处的村子里有人在唤孩子回家吃饭。",
    "天色一点点暗下去，青石上的字便看不见了。两人收拾了车马，一前一后，慢慢往镇子的方向走去。",
    "走到半路，陈老汉忽然勒住缰绳，说道：“那石头上的字，我倒是认得一个。”",
)
ENGLISH = (
    (
        "The bridge had stood for thirty years before anybody noticed that the stones below it were"
        " carved, and by then the man who could have read them was dead."
    ),
    (
        "His grandson, who drove a cart between the two villages, said that the letters were a list"
        " of those who had paid for the work, and of what each of them had given."
    ),
    (
        "Nobody believed him, because nobody in the valley had ever had anything to give, and"
        " because the names that he spoke were not the names of any family they knew."
    ),
)
AD = "天才一秒记住本站地址，请收藏本站，方便下次阅读！"
LAYOUTS = {
    "br": '<div id="content">{}</div>'.format(
        "<br /><br />".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{one}" for one in SAID)
    ),
    "p": '<div class="read-content">{}</div>'.format("".join(f"<p>{one}</p>" for one in SAID)),
    "dd": '<dl><dt>石桥</dt><dd id="contents">{}</dd></dl>'.format("<br>".join(SAID)),
    "table": '<table><tr><td height="40">公告</td></tr><tr><td id="a_content">{}</td></tr>'
    "</table>".format("<br><br>".join(SAID)),
    "li": '<ul class="txt">{}</ul>'.format("".join(f"<li>{one}</li>" for one in SAID)),
    "div": '<div class="showtxt">{}</div>'.format(
        "".join(f"<div>{one}</div>" for one in SAID[:3])
        + f'<div class="ad"><a href="/ad">{AD}</a></div>'
        + "".join(f"<div>{one}</div>" for one in SAID[3:])
    ),
}


def page(body: str, title: str = "第三回 石桥夜话") -> str:
    books = ("剑来风云", "大唐夜行录", "万古神帝传", "都市修行", "诡秘之城", "斗破山河")
    links = "".join(f'<li><a href="/book/{n}/">{one}</a></li>' for n, one in enumerate(books))
    turn = '<a href="/1.html">上一章</a> <a href="/">章节目录</a> <a href="/2.html">下一章</a>'
    return (
        f"<!doctype html><html><head><title>{title}_小说网</title></head><body>"
        f'<div class="header"><a href="/">小说网</a><p>登录 | 注册</p></div>'
        f'<div class="nav"><ul>{links}</ul></div>'
        f'<div class="bookname"><h1>{title}</h1><div class="bottem">{turn}</div></div>'
        f'{body}<div class="bottem">{turn}</div>'
        f'<div class="recommend"><h3>热门推荐：</h3><ul>{links}</ul></div>'
        '<div class="footer"><p>Copyright © 2024 小说网 All Rights Reserved.</p></div></body>'
    )


def read(html: str) -> MainText:
    return read_main(io.BytesIO(html.encode()), limits=LIMITS, media_type="text/html")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_chapter_is_found_in_each_layout_that_chinese_sites_have(layout: str) -> None:
    body = read(page(LAYOUTS[layout])).body
    assert [one for one in SAID if one not in body] == []
    around = ("剑来风云", "上一章", "下一章", "热门推荐", "Copyright", "登录", AD)
    assert [one for one in around if one in body] == []


def test_an_article_is_found_between_menus_teasers_and_comments() -> None:
    said = "".join(f"<p>{one}</p>" for one in ENGLISH)
    html = (
        "<html><body><header><a href=/>The Valley Post</a><ul><li><a href=/w>World</a></li>"
        "<li><a href=/s>Sport</a></li></ul></header><main><article><h1>The stones below</h1>"
        f"<div class='article-body'>{said}</div>"
        "<div class='share'><a href=#>Share on Facebook</a><a href=#>Tweet this</a></div></article>"
        "<aside class='related'><h3>Related stories</h3><ul><li><a href=/1>A mill burns</a></li>"
        "<li><a href=/2>Rain is late again</a></li></ul></aside></main>"
        "<footer><p>© 2024 The Valley Post. All rights reserved.</p></footer></body></html>"
    )
    body = read(html).body
    assert [one for one in ENGLISH if one not in body] == []
    around = ("Sport", "Tweet this", "A mill burns", "Related stories", "All rights reserved")
    assert [one for one in around if one in body] == []


TALK = (
    "Wonderful story, thank you so much for writing it down, I grew up near that very bridge.",
    "My grandfather told it quite differently, but he was never a man to let a fact spoil a tale.",
    "Does anybody know where the stones are today? I looked for them last summer without success.",
)


def thread(*said: str, name: str = "comments") -> str:
    items = "".join(
        f"<li class='comment'><cite>Reader</cite><div class='text'>{one}</div></li>" for one in said
    )
    return f"<div id='{name}'><h3>3 replies</h3><ol class='list'>{items}</ol></div>"


@pytest.mark.parametrize("name", ["comments", "commentsWrapper", "disqus_thread", "kommentare"])
def test_what_readers_say_is_no_body(name: str) -> None:
    said = "".join(f"<p>{one}</p>" for one in ENGLISH)
    html = (
        f"<html><body><h1>The stones</h1><div class='text'>{said}</div>{thread(*TALK, name=name)}"
    )
    body = read(html).body
    assert [one for one in ENGLISH if one not in body] == []
    assert [one for one in TALK if one in body] == []


@pytest.mark.parametrize("name", ["has-comments", "comment-count", "post comments-open"])
def test_a_name_that_only_speaks_of_comments_takes_nothing_away(name: str) -> None:
    said = "".join(f"<p>{one}</p>" for one in ENGLISH)
    body = read(f"<html><body><p>{TALK[0] * 3}</p><div class='{name}'>{said}</div>").body
    assert [one for one in ENGLISH if one not in body] == []


def test_comments_are_the_body_where_there_is_little_else() -> None:
    body = read(f"<html><body><h1>Stones</h1><p>Discuss.</p>{thread(*TALK, *ENGLISH)}").body
    assert [one for one in (*TALK, *ENGLISH) if one not in body] == []


def test_a_chapter_put_up_as_a_comment_is_body() -> None:
    chapter = "<br>".join(SAID * 9)
    said = "".join(f"<p>{one}</p>" for one in ENGLISH)
    html = f"<html><body><h1>x</h1><div class='text'>{said}</div>{thread(TALK[0], chapter)}"
    body = read(html).body
    assert [one for one in SAID if one not in body] == []


def test_what_is_hidden_at_length_is_no_body_beside_what_is_seen() -> None:
    hidden = f"<div style='display:none'>{' '.join(ENGLISH[:2])}</div>"
    found = read(page(LAYOUTS["p"] + hidden))
    assert ENGLISH[0] in found.text
    assert ENGLISH[0] not in found.body
    assert SAID[0] in found.body


def test_spans_are_of_the_text_that_matching_reads() -> None:
    html = page(LAYOUTS["div"])
    found = read(html)
    data = io.BytesIO(html.encode())
    assert found.text == read_text(data, limits=LIMITS, media_type="text/html")
    assert all(0 <= a < b <= len(found.text) for a, b in found.spans)
    assert all(b < c for (_, b), (c, _) in zip(found.spans, found.spans[1:], strict=False))


def test_of_a_text_file_all_is_body() -> None:
    found = read_main(io.BytesIO("\n".join(SAID).encode()), limits=LIMITS)
    assert found.body == found.text == "\n".join(SAID)


def test_a_page_without_words_has_no_body() -> None:
    assert read("<html><body><img src=photo.png></body></html>") == MainText("", ())
    assert MainText("", ()).share([(0, 5)]) is None


def test_the_little_that_a_page_says_is_its_body() -> None:
    found = read("<html><body><div><p>敬请期待</p></div></body></html>")
    assert found.body == "敬请期待"


def test_the_share_of_the_body_counts_each_place_once() -> None:
    found = MainText("x" * 100, ((10, 30), (50, 70)))
    assert found.share([]) == 0
    assert found.share([(0, 100)]) == 1
    assert found.share([(20, 60), (25, 55), (0, 5)]) == pytest.approx(0.5)


def test_text_that_is_written_backwards_is_body_the_right_way_round() -> None:
    turned = f"<bdo dir=rtl>{SAID[0][::-1]}</bdo>"
    html = page(f'<div id="content"><p>{turned}</p>{LAYOUTS["p"]}</div>')
    assert SAID[0] in read(html).body


def test_a_page_that_nests_too_deep_is_refused() -> None:
    with pytest.raises(TooLarge):
        main_text("<div>" * 3000 + "x", depth_limit=2000)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_main(
            io.BytesIO(page(LAYOUTS["p"]).encode()),
            limits=Limits(text_characters=50),
            media_type="text/html",
        )


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p>" * 60_000,
        "<a href=/x>link</a> " * 60_000,
        f"<div class='{'content ' * 2000}'>{'<p>word. </p>' * 5000}</div>",
        f"<p>{'第三回，' * 200_000}</p>",
    ],
    ids=["paragraphs", "links", "names", "one line"],
)
def test_hostile_pages_are_read_to_the_end(html: str) -> None:
    found = main_text(f"<html><body>{html}</body></html>", depth_limit=2000)
    assert found.text
    assert found.length <= len(found.text)


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div>",
            "</div>",
            "<br>",
            "<li>",
            "<table><tr><td>",
            "</table>",
            "\u3000",
        ),
        *("<a href=/x>", "</a>", SAID[0], ENGLISH[0], "下一章", " ", "\n", "\u202e", "<b>", "</b>"),
        *("<span style='display:none'>", "</span>", "<h1>", "</h1>", "<bdo dir=rtl>", "</bdo>"),
        '<div style="display:none">' + SAID[1] * 5,
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=25))
def test_whatever_the_markup_the_text_is_what_read_text_gives(pieces: list[str]) -> None:
    html = f"<html><body><p>x</p>{''.join(pieces)}</body></html>"
    found = read(html)
    data = io.BytesIO(html.encode())
    assert found.text == read_text(data, limits=LIMITS, media_type="text/html")
    places = [place for span in found.spans for place in span]
    assert places == sorted(set(places))
    assert bool(found.spans) == bool(found.text)
