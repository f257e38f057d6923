"""Pages: what a reader sees of them, and what decoys they may hold."""

from __future__ import annotations

import pytest

from fingerprints.errors import TooLarge
from fingerprints.text.page import page_text

STORY = "床前明月光，疑是地上霜。举头望明月，低头思故乡。"


def read(html: str) -> str:
    return page_text(html, depth_limit=2000)


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        (
            "<title>T</title><p>第一<b>段</b></p><p>第二段</p>外面<br>换行",
            "第一段\n第二段\n外面\n换行",
        ),
        ("床前<!-- 注 -->明月<script>'<p>'</script><style>x{}</style>光", "床前明月光"),
        ("<body><template>甲</template><noscript>乙</noscript><nav>丙</nav>丁", "丁"),
        (
            f"<body>丁<noscript><p class=a>{'乙' * 200}<i>&lt;丙</i></p></noscript>",
            f"丁\n{'乙' * 200}<丙",
        ),
        (f"<body>丁<noscript><img src={'a' * 300}><style>b{'{}' * 99}</style></noscript>", "丁"),
        ("a &lt; b &#x5e8a; &amp;", "a < b 床 &"),
        ("<table><tr><td>甲<td>乙<tr><td>丙</table>", "甲  乙\n丙"),
        ("<ruby>床<rp>(</rp><rt>chuáng</rt><rp>)</rp></ruby>前", "床前"),
        ("<pre>床\n  前</pre>", "床 前"),
        ("", ""),
        ("<html><frameset><frame src=x></frameset></html>", ""),
    ],
)
def test_text_in_reading_order(html: str, seen: str) -> None:
    assert read(html) == seen


@pytest.mark.parametrize(
    "decoy",
    [
        '<i style="font-size:0">伪</i>',
        '<i style="FONT: 0/0 a">伪</i>',
        '<i style="display : none !important">伪</i>',
        '<i style="visibility:hidden">伪</i>',
        '<i style="opacity:0.0">伪</i>',
        '<i style="position:absolute;left:-9999px">伪</i>',
        "<i hidden>伪</i>",
        '<i aria-hidden="true">伪</i>',
        "<i class='a b'>伪</i>",
        "<i id=c>伪</i>",
        "<u>伪</u>",
        "<i style='font-size:0'><b>伪</b></i>",
    ],
)
def test_decoys_are_left_out(decoy: str) -> None:
    style = (
        "<style>/* .p{display:none} */ .b, #c {color: red; display:none} u{font-size:0px}"
        " @media print { p { display: none } }</style>"
    )
    assert read(f"{style}<p>床前{decoy}明月光</p>") == "床前明月光"


@pytest.mark.parametrize(
    "shown",
    [
        "<style>.m{display:none} .m.on{display:block}</style><p class='m on'>床前</p>",
        "<style>.m{display:none}</style><p class=m style='display:block'>床前</p>",
        "<div style='font-size:0'>伪<span style='font-size:16px'>床前</span></div>",
        "<div style='visibility:hidden'>伪<b style='visibility:visible'>床前</b></div>",
        "<div style='font-size:.5em'>床前</div>",
        "<style>p:hover{display:none} p>:not(x){display:none} p{{</style><p>床前",
    ],
)
def test_what_another_rule_shows_stays(shown: str) -> None:
    assert read(shown) == "床前"


def test_generated_text_is_put_in() -> None:
    html = (
        "<style>.a::before{content:attr(data-t)} .b:after{content:'\\6708' \"光\"}"
        " .c::before{content:'，';display:none}</style>"
        "<p>床<i class=a data-t='前明'></i><i class=b></i><i class=c></i></p>"
    )
    assert read(html) == "床前明月光"


def test_flex_order_is_followed() -> None:
    html = (
        "<style>.x{order:2} .y{order:-1}</style><div style='display:flex'>"
        "<i class=x>月光</i><i style='order:1'>明</i><i class=y>床前</i></div>"
    )
    assert read(html) == "床前明月光"
    assert read("<p style='flex-direction:row-reverse'><i>光</i><i>明月</i></p>") == "明月光"


def test_what_scripts_show_later_is_not_lost() -> None:
    hidden = f"<style>.s{{opacity:0}}</style><div>导航</div>{f'<p class=s>{STORY}</p>' * 3}"
    assert read(hidden).count(STORY) == 3
    long = STORY * 20
    assert read(f"<p>{long}</p><div hidden>{long[:300]}</div>").endswith(f"\n{long[:300]}")


def test_a_long_decoy_does_not_interrupt() -> None:
    decoy = f"<i hidden>{'伪' * 300}</i>"
    assert read(f"<p>床前{decoy}明月光</p>") == f"床前明月光\n{'伪' * 300}"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 10_000,
        "<b>" * 10_000,
        "<span></x>" * 10_000,
        "<p><font color=1>" * 10_000,
        "<table>" * 1_000_000,
        "</div>" * 3000 + "<div>" * 3000,
    ],
    ids=lambda html: f"{html[:10]}×{len(html)}",
)
def test_deep_nesting_is_refused_before_parsing(html: str) -> None:
    with pytest.raises(TooLarge) as caught:
        read(f"{html}床前")
    assert caught.value.limit == "markup_depth"


def test_nesting_within_the_limit_is_read() -> None:
    assert read("<div>" * 1999 + "床前") == "床前"
    assert read("<p>床" * 5000) == "\n".join("床" * 5000)
    assert read("<script>" + "'<div>'" * 5000 + "</script>床前") == "床前"


@pytest.mark.timeout(60)  # each would take minutes to hours if its time grew with the square
@pytest.mark.parametrize(
    "html",
    [
        "<style>" + "a" * 1_000_000 + "</style>床前",
        "<style>" + "@media " * 150_000 + "</style>床前",
        "<style>a{" + "x" * 900_000 + "display}</style>床前",
        '<style>a{content:"' + '\\"' * 400_000 + "</style>床前",
        "<style>" + "a{" * 300_000 + "</style>床前",
        "<b> </b>" * 100_000 + "床前",
        "<p " + " ".join(f"a{number}=1" for number in range(100_000)) + ">床前",
        "<select>" + "<option></option>" * 100_000 + "</select>床前",
        "<a" * 500_000 + "><p>床前",
    ],
    ids=lambda html: f"{html[:16]}×{len(html)}",
)
def test_hostile_pages_are_read_in_linear_time(html: str) -> None:
    assert read(html).endswith("床前")


def test_a_page_that_a_script_unveils_is_read() -> None:
    veil = "<style>body{visibility:hidden}</style>"
    assert read(f"{veil}<body><p>{STORY}</p><p>床前</p>") == f"{STORY}\n床前"


def test_a_veiled_decoy_stays_hidden_beside_a_longer_text() -> None:
    assert read(f"<p>{STORY}</p><p style='visibility:hidden'>疑是伪字</p>") == STORY
