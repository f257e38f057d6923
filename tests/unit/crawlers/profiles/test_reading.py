"""What a field yields: where it is looked for, in what order, and what is made of it."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from crawlers.profiles.reading import NOTHING, at_path
from tests.unit.crawlers.profiles.reading import read_by

SCRIPT = (
    '<script>var player_aaaa={"a":{"n":"\\u591c","list":[{"u":"/1.mp4"},{"u":"/2.mp4"}]},"t":true}'
    "</script>"
)


@pytest.mark.parametrize(
    ("field", "markup", "said"),
    [
        ('title = "h1"', "<h1> A\n b </h1><h1>c</h1>", ["A b"]),
        ('title = ["h2", "h1"]', "<h1>one</h1>", ["one"]),
        ('title = ["h2", "h1"]', "<h1>one</h1><h2> </h2>", ["one"]),
        ('title = "meta[name=t]@content"', "<meta name=t content='x'>", ["x"]),
        ('title = { css = "b", nth = 2 }', "<b>1</b><b>2</b><b>3</b>", ["2"]),
        ('title = { css = "b", nth = -1 }', "<b>1</b><b>2</b>", ["2"]),
        ('title = { css = "b", nth = 3 }', "<b>1</b><b>2</b>", []),
        ("title = { regex = 'id=\"(\\w+)\"' }", '<p id="x1">', ["x1"]),
        ("author = { css = 'p', regex = '作者[:：](\\S{1,9})' }", "<p>作者：张三 x</p>", ["张三"]),
        ("title = { css = 'p', regex = '\\d+' }", "<p>a 12 b</p>", ["12"]),
        ("title = { script = 'player_\\w+', json = 'a.n' }", SCRIPT, ["夜"]),
        ("media = { script = 'player_\\w+', json = 'a.list.*.u' }", SCRIPT, ["1", "2"]),
        ("media = { script = 'player_\\w+', json = 'a.list.-1.u' }", SCRIPT, ["2"]),
        ("title = { script = 'player_\\w+', json = 't' }", SCRIPT, []),
        ("title = { script = 'nothing', json = 't' }", SCRIPT, []),
        (
            "title = { css = 'script[type]', json = '@graph.*.name' }",
            '<script type="application/ld+json">{"@graph":[{"x":1},{"name":"N"}]}</script>',
            ["N"],
        ),
        ("title = { css = 'script', json = 'a' }", "<script>{broken</script>", []),
        ('views = "p"', "<p>阅读 1.2万+</p>", ["12000"]),
        ('published = "p"', "<p>昨天 08:30</p>", ["2026-03-04T08:30:00"]),
        ('next_page = "a"', "<a href='2?utm_source=x'>n</a>", ["http://a.example/2"]),
        ('next_page = "a"', "<a href='javascript:;'>n</a>", []),
        ('cover = "img"', "<img src='/c.jpg'>", ["http://a.example/c.jpg"]),
        ('title = { from = "b", many = true }', "<b>1</b><b>1</b><b>2</b>", ["1", "2"]),
        ('title = { from = "b", as = "number" }', "<b>12,345</b>", ["12345"]),
        (
            'body = "div"',
            "<div>one<br>two <b>x</b><p>three</p><script>s()</script><style>p{}</style></div>",
            ["one\ntwo x\nthree"],
        ),
    ],
)
def test_field(field: str, markup: str, said: list[str]) -> None:
    reading = read_by(field, f"<html><body>{markup}")
    name = field.partition(" ")[0]
    if name == "media":
        said = [f"http://a.example/{one}.mp4" for one in said]
    assert reading.every(name) == said
    assert reading.one("cover", name) == (said[0] if said else "")


def test_where_it_stands() -> None:
    reading = read_by('title = "h1"\nauthor = { regex = "by (\\\\w+)" }', "<h1>A</h1>by B")
    (title,), (author,) = reading.found("title"), reading.found("author")
    assert title.element is not None
    assert (title.element.tag, title.text) == ("h1", "A")
    assert (author.element, author.text) == (None, "B")


def test_group() -> None:
    group = """
[pages.other.fields.posts]
each = [".none", ".post"]
item = { author = "b", body = { from = "p", required = true }, floor = "i" }
"""
    markup = "".join(f"<div class=post><b>{n}</b><p>text {n}</p></div>" for n in (1, 2))
    reading = read_by(group, f"{markup}<div class=post><b>no body</b></div>")
    assert [{k: v[0].text for k, v in item.items()} for item in reading.items("posts")] == [
        {"author": "1", "body": "text 1"},
        {"author": "2", "body": "text 2"},
    ]
    assert reading.every("posts") == []


@pytest.mark.parametrize(
    ("reverse", "links", "read"), [("false", "3213", "213"), ("true", "321", "123")]
)
def test_reading_order(reverse: str, links: str, read: str) -> None:
    """What is linked to twice counts where it stands last: the newest are shown on top, too."""
    group = f'[pages.other.fields.chapters]\neach = "a"\nreverse = {reverse}\n'
    reading = read_by(group, "".join(f"<a href=/{n}>{n}</a>" for n in links))
    assert "".join(item["title"][0].text for item in reading.items("chapters")) == read


def test_missing() -> None:
    fields = 'title = { from = "h1", required = true }\nbody = { from = "p", required = true }'
    assert read_by(fields, "<h1>A</h1>").missing == ("body",)
    assert read_by(fields, "<h1>A</h1><p> </p>").missing == ("body",)
    assert read_by(fields, "<h1>A</h1><p>x</p>").missing == ()
    assert (NOTHING.missing, NOTHING.name, NOTHING.one("title")) == ((), "", "")
    assert (NOTHING.items("posts"), NOTHING.every("media"), NOTHING.kind) == ([], [], None)


def test_a_pattern_without_end_costs_one_page_little() -> None:
    fields = "title = { css = 'p', regex = '(a|aa)+$' }\nauthor = { css = 'b', regex = 'x' }"
    with capture_logs() as logged:
        reading = read_by(fields, f"<p>{'a' * 5_000}b</p><b>x</b>")
        assert reading.every("title") == []
        assert reading.every("author") == []  # no more patience with this page
    assert [one["event"] for one in logged] == ["profile_pattern_slow"]
    assert read_by(fields, "<p>aa</p><b>x</b>").every("author") == ["x"]


def test_text_of_elements_in_each_other_is_bounded() -> None:
    markup = "<div>" * 300 + "x" * 100_000 + "</div>" * 300
    reading = read_by('title = { from = "div", many = true }', markup)
    assert len(reading.every("title")) == 1
    assert reading.every("author") == []


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("a.b", ["1"]),
        ("a.*", ["1", "2"]),
        ("c.0", ["x"]),
        ("c", ["x", "y"]),
        ("c.9", []),
        ("a.b.c", []),
        ("d", []),
        ("*.b", ["1"]),
    ],
)
def test_paths(path: str, said: list[str]) -> None:
    document = {"a": {"b": 1, "e": 2}, "c": ["x", "y"], "d": None}
    assert list(at_path(document, path)) == said


def test_elements_in_each_other_are_not_gone_through_again_and_again() -> None:
    """Without bounds it is 2,000 times the whole page: minutes."""
    markup = "<div>" * 2_000 + "<b></b>" * 60_000 + "</div>" * 2_000
    group = '[pages.other.fields.posts]\neach = "div"\nitem = { body = "i", author = "s" }\n'
    fields = f'title = "div"\n{group}'
    reading = read_by(fields, markup)
    assert (reading.every("title"), reading.items("posts")) == ([], [])
