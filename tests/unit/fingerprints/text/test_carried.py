"""Texts that come in a feed or in an interface's answer are read as their readers see them."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import pytest

from fingerprints.contract import Limits
from fingerprints.errors import NothingToPrint, TooLarge, Undecodable
from fingerprints.extraction import extract, media_type_of
from fingerprints.text import TextModality, read_main, read_text

if TYPE_CHECKING:
    from collections.abc import Callable

SAID = (
    "却说那日天色将晚，两个赶车的老汉在桥头歇脚，一个姓陈，一个姓吴，说起三十年前修这座桥的旧事。",
    "桥下的水比往年浅了许多，露出几块青石，石上刻着谁也认不全的字。吴老汉说那是他爷爷刻的。",
    "“你爷爷认得字？”陈老汉不信，把烟杆在鞋底上敲了敲，“那年月，十里八乡也寻不出三个识字的人来。”",
    "吴老汉笑而不答，只望着水面。风从上游吹来，带着稻花的香气，远处的村子里有人在唤孩子回家吃饭。",
)
MARKUP = "".join(f"<p>&nbsp;&nbsp;{one}</p>" for one in SAID)
LINES = "\n".join(f"　　{one}" for one in SAID)
CHAPTER = {
    "code": 200,
    "msg": "操作成功",
    "traceId": "9f86d081884c7d659a2feaa0c55ad015",
    "data": {
        "bookId": 10086,
        "bookName": "石桥夜话",
        "chapterName": "第三回 石桥",
        "cover": "https://cdn.example.com/c/10086.jpg",
        "content": MARKUP,
        "nextUrl": "/book/10086/4.json",
        "isVip": False,
    },
}
"""As interfaces of web novels answer."""
ANSWERS: dict[str, Any] = {
    "markup": CHAPTER,
    "lines": {"code": 0, "data": {"content": LINES}},
    "paragraphs": {"ret": 0, "data": {"chapter": {"paras": [{"id": 1, "t": one} for one in SAID]}}},
    "list": list(SAID),
    "list of objects": [{"floor": n, "body": one} for n, one in enumerate(SAID)],
    "answer in an answer": {"code": 0, "data": json.dumps({"content": MARKUP})},
    "JSON Feed": {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "石桥",
        "items": [{"id": "1", "url": "https://a.example/1", "content_html": MARKUP}],
    },
}
WRITTEN: dict[str, Callable[[Any], str]] = {
    "escaped": json.dumps,
    "as it is": lambda answer: json.dumps(answer, ensure_ascii=False, indent=1),
    "slashes": lambda answer: json.dumps(answer, ensure_ascii=False).replace("/", "\\/"),
    "JSONP": lambda answer: f"/**/jQuery3_17({json.dumps(answer)});",
    "marked": lambda answer: "\ufeff" + json.dumps(answer),
}
WORDPRESS = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel>
<title>石桥小说网</title><link>https://pirate.example</link><description>免费小说</description>
<item><title>第三回 &#8211; 石桥</title><link>https://pirate.example/3</link><dc:creator>站长</dc:creator>
<media:content url="https://pirate.example/3.jpg" medium="image"/>
<description><![CDATA[<p>{SAID[0]} [&#8230;]</p>]]></description>
<content:encoded><![CDATA[{MARKUP}
<p style="display:none">本站地址</p>]]></content:encoded></item>
<item><title>第四回</title><description>&lt;p&gt;只有摘要，未完待续。&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = f"""<?xml version="1.0" encoding="utf-8"?>
<?xml-stylesheet type="text/xsl" href="/feed.xsl"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>石桥</title>
<link rel="self" href="https://pirate.example/atom.xml"/>
<entry><title type="html">第三回 &lt;b&gt;石桥&lt;/b&gt;</title><id>urn:1</id>
<content type="html">{MARKUP.replace("&", "&amp;").replace("<", "&lt;")}</content></entry>
<entry><title>第四回</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>{SAID[0]}</p><p>二者 &lt;三者</p></div></content></entry>
<entry><title>第五回</title><content type="text">写作 &lt;b&gt; 的字</content></entry></feed>"""
RDF = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>石桥</title></channel><item><title>第三回</title>
<content:encoded><![CDATA[{MARKUP}]]></content:encoded></item></rdf:RDF>"""


def read(content: str | bytes, declared: str | None = None, limits: Limits | None = None) -> str:
    data = content if isinstance(content, bytes) else content.encode()
    kind = media_type_of(io.BytesIO(data), declared=declared)
    return read_text(io.BytesIO(data), limits=limits or Limits(), media_type=kind)


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("declared", [None, "application/json", "text/html; charset=utf-8"])
def test_the_text_of_an_answer_is_read(answer: str, written: str, declared: str | None) -> None:
    text = read(WRITTEN[written](ANSWERS[answer]), declared)
    assert [one for one in SAID if one not in text.splitlines()] == []
    assert "<p>" not in text


def test_what_is_no_text_in_an_answer_is_left_out() -> None:
    assert read(json.dumps(CHAPTER)).splitlines() == [
        *("操作成功", "石桥夜话", "第三回 石桥"),
        *SAID,
    ]


@pytest.mark.parametrize("feed", [WORDPRESS, ATOM, RDF], ids=["RSS", "Atom", "RSS 1.0"])
@pytest.mark.parametrize("declared", [None, "text/xml", "application/rss+xml", "text/html"])
def test_the_full_text_of_a_feed_is_read(feed: str, declared: str | None) -> None:
    text = read(feed, declared)
    assert [one for one in SAID if one not in text.splitlines()] == []
    assert [one for one in ("<p>", "]]>", "CDATA", "pirate.example") if one in text] == []


def test_a_feed_in_the_order_of_its_entries() -> None:
    lines = ["石桥小说网", "免费小说", "第三回 – 石桥", *SAID, "第四回", "只有摘要，未完待续。"]
    assert read(WORDPRESS).splitlines() == lines
    chinese = WORDPRESS.replace("UTF-8", "GB2312").encode("gb18030")
    assert read(chinese, "text/xml; charset=gb2312").splitlines() == lines


def test_content_of_atom_is_what_its_type_says() -> None:
    text = read(ATOM).splitlines()
    assert "第三回 石桥" in text
    assert "二者 <三者" in text
    assert "写作 <b> 的字" in text


def test_one_that_breaks_is_read_up_to_there() -> None:
    whole = json.dumps(ANSWERS["lines"])
    cut = read(whole[: whole.index(json.dumps(SAID[2])[1:-1])])
    assert SAID[1] in cut
    assert SAID[1] in read(WORDPRESS[: WORDPRESS.index(SAID[2])])
    assert SAID[3] in read(WORDPRESS.replace(SAID[0], f"{SAID[0]}\x0b\x1b", 1))
    assert read('{"text": "一二三四\\') == "一二三四"


def test_characters_beyond_the_first_plane() -> None:
    assert read(json.dumps({"text": "𠮷野家 \U0001f600"})) == "𠮷野家 \U0001f600"
    assert read('{"text": "一\\ud83d二"}') == "一\ufffd二"


def test_a_copy_is_the_same_in_an_answer_in_a_feed_and_on_a_page() -> None:
    modality = TextModality()
    work = modality.extract(io.BytesIO("\n".join(SAID).encode()), limits=Limits())
    for content in (json.dumps(CHAPTER), WORDPRESS, f"<html><body>{MARKUP}</body></html>"):
        found = extract(io.BytesIO(content.encode()), limits=Limits())
        (copy,) = found.prints
        compared = modality.verify(copy, work)
        assert compared.score > 0.9
        ((start, end),) = [one.copy for one in compared.spans]
        read_as = read_text(io.BytesIO(content.encode()), limits=Limits(), media_type=found.read_as)
        assert SAID[1] in read_as[int(start) : int(end)]


def test_of_a_feed_and_an_answer_all_is_body() -> None:
    for content, kind in (
        (json.dumps(CHAPTER), "application/json"),
        (ATOM, "application/atom+xml"),
    ):
        found = read_main(io.BytesIO(content.encode()), limits=Limits(), media_type=kind)
        assert found.body == found.text == read(content)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"a": 1}', "application/json"),
        (b'\xef\xbb\xbf [ {"a": "<p>x</p>"}]', "application/json"),
        (b'cb({"a": 1})', "application/json"),
        (b'["one", "two"]', "application/json"),
        (b"[chapter one]\nIt was a dark night.", "text/plain"),
        (b'["Quoted," she said.]', "text/plain"),
        (b'{braces} and "words": prose', "text/plain"),
        (b"{{ template }}", "text/plain"),
        (b"<rss version='2.0'>", "application/rss+xml"),
        (
            b"<!-- made --><?x y?>\n<feed xmlns='http://www.w3.org/2005/Atom'>",
            "application/atom+xml",
        ),
        (b"<feedback>words</feedback>", "text/plain"),
        (b"<html><body>&lt;rss> in a page</body>", "text/html"),
    ],
)
def test_they_are_known_by_how_they_begin(head: bytes, expected: str) -> None:
    assert media_type_of(io.BytesIO(head)) == expected


def test_entities_of_a_feeds_own_are_refused() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]><rss><channel><title>&a;'
    with pytest.raises(Undecodable):
        read_text(io.BytesIO(bomb.encode()), limits=Limits(), media_type="application/rss+xml")


def test_limits_are_kept() -> None:
    few = Limits(text_characters=50)
    for content in (json.dumps(CHAPTER), WORDPRESS):
        with pytest.raises(TooLarge, match="text_characters"):
            read(content, limits=few)
    with pytest.raises(TooLarge, match="markup_depth"):
        read(json.dumps({"a": "<div>" * 3000 + "x"}))
    with pytest.raises(TooLarge, match="markup_depth"):
        read("<rss><channel>" + "<item>" * 3000)
    with pytest.raises(NothingToPrint):
        extract(io.BytesIO(b'{"code": 404, "msg": "not found"}'), limits=Limits())


@pytest.mark.parametrize(
    "content",
    [
        '{"a": "' + "\\" * 600_001,
        '{"a": ' + '["b c",' * 300_000,
        '{"a": [' + '"<p>b</p> c",' * 60_000,
        '{"a": "' + '{\\"a\\": ' * 100_000,
        '{"a": ' + "[" * 1_000_000,
        "<rss>" + "<item><title>a</title><description>" + "." * 500_000,
        "<rss>" + "<item><description>a b</description><title>t</title></item>" * 20_000,
        "<feed>" + "<!--" * 200_000,
    ],
    ids=["escapes", "lists", "markup", "nested", "deep", "dots", "entries", "comments"],
)
def test_hostile_ones_are_read_to_the_end(content: str) -> None:
    assert len(read(content)) <= len(content)
