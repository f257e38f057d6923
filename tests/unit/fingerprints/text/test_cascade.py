"""Which rule wins, and what it makes of the text."""

from __future__ import annotations

import pytest

from fingerprints.text.page import page_text


def read(html: str) -> str:
    return page_text(html, depth_limit=2000)


@pytest.mark.parametrize(
    ("style", "element"),
    [
        ("#a{display:inline} .b{display:none}", "<i id=a class=b>"),
        (".b.c{display:inline} .b{display:none}", "<i class='c b'>"),
        ("p i{display:inline} i{display:none}", "<i>"),
        ("i{display:inline!important} #a{display:none}", "<i id=a>"),
        ("i{display:none} i{display:inline}", "<i>"),
        ("i{display:inline!important}", "<i style='display:none'>"),
        ("div>i{display:none} h1 i,h1>i{display:none}", "<i>"),
        (".x i.b{display:none}", "<i class=b>"),
        ("i:hover{display:none}", "<i>"),
        ("@media print{i{display:none}} @media speech{i{display:none}}", "<i>"),
        ("i{color:#fff;background:#000}", "<i>"),
        ("p{background:url(dark.png)} i{color:#fff}", "<i>"),
        ("i{left:-9999px}", "<i>"),
        ("i{font-size:0} i b{font-size:12px}", "<i><b>"),
        ("i{overflow:hidden;height:20px;width:0.5em}", "<i>"),
        ("i{transform:translate(20px,3px) scale(0.9)}", "<i>"),
    ],
)
def test_shown(style: str, element: str) -> None:
    assert read(f"<style>{style}</style><p>床{element}前</i>") == "床前"


@pytest.mark.parametrize(
    ("style", "element"),
    [
        ("#a{display:none} .b{display:inline}", "<i id=a class=b>"),
        (".b.c{display:none} .b{display:inline}", "<i class='c b'>"),
        ("p>.b{display:none}", "<i class=b>"),
        ("body p i.b{display:none}", "<i class=b>"),
        ("i[data-k='1']{display:none}", "<i data-k=1>"),
        ("i:nth-child(1){display:none}", "<i>"),
        ("i{display:none!important}", "<i style='display:inline'>"),
        ("@media (min-width:1px){i{display:none}}", "<i>"),
        ("i{color:#fff}", "<i>"),
        ("i{color:rgb(254,254,254)}", "<i>"),
        ("p{background:#222} i{color:#222222}", "<i>"),
        ("i{color:transparent}", "<i>"),
        ("i{font-size:1px}", "<i>"),
        ("i{font:0/0 a}", "<i>"),
        ("i{position:absolute;top:-99em}", "<i>"),
        ("i{position:absolute;clip:rect(0 0 0 0)}", "<i>"),
        ("i{clip-path:inset(50%)}", "<i>"),
        ("i{transform:scale(0)}", "<i>"),
        ("i{transform:translateX(-9999px)}", "<i>"),
        ("i{width:0;overflow:hidden;display:inline-block}", "<i>"),
        ("i{filter:opacity(0)}", "<i>"),
        ("i{opacity:.01}", "<i>"),
        ("", "<i style='display:none'>"),
        ("", "<font color=white>"),
    ],
)
def test_hidden(style: str, element: str) -> None:
    assert read(
        f"<style>{style}</style><p>床<u>前</u>{element}伪</i></font>".replace(
            "<u>前</u>", "" if "nth" in style else "<u>前</u>"
        )
    ) == ("床" if "nth" in style else "床前")


def test_white_letters_may_lie_on_a_dark_sheet_that_is_not_at_hand() -> None:
    page = "<link rel=stylesheet href=/dark.css><style>p{color:#fff}</style><p>床前明月光"
    assert read(page) == "床前明月光"
    assert page_text(page, depth_limit=9, resources={"/dark.css": b"p i{color:red}"}) != ""


def test_a_story_in_the_colour_of_its_ground_is_kept() -> None:
    page = "<style>p{color:#fff}</style><h1>题</h1>" + "<p>床前明月光</p>" * 9
    assert read(page).count("床前明月光") == 9


def test_a_linked_sheet_is_applied_where_it_was_fetched() -> None:
    page = "<link rel='stylesheet' href='/a.css'><p>床<i>伪</i>前"
    assert read(page) == "床伪前"
    assert page_text(page, depth_limit=99, resources={"/a.css": b"i{display:none}"}) == "床前"


@pytest.mark.parametrize(
    ("style", "body", "seen"),
    [
        ("i::before{content:'床' attr(data-a) \"月\"}", "<i data-a=前明></i>光", "床前明月光"),
        ("i::before{content:var(--w)} p{--w:'床前'}", "<i></i>明", "床前明"),
        ("i::after{content:var(--w)}", "<i style=\"--w:'月'\">明</i>光", "明月光"),
        ("i{counter-increment:n}i::before{content:counter(n)}", "<i></i><i></i>回", "12回"),
        ("i::before{content:open-quote}", "<i>床</i>", "“床"),
        ("i::before{content:'伪';font-size:0}", "<i>床</i>", "床"),
        ("i::before{content:'伪';color:#fff}", "<i>床</i>", "床"),
        ("i::before{content:'伪'} i::before{content:none}", "<i>床</i>", "床"),
        ("i::before{content:'\\5e8a\\524d'}", "<i></i>明", "床前明"),
    ],
)
def test_generated(style: str, body: str, seen: str) -> None:
    assert read(f"<style>{style}</style><p>{body}") == seen


def test_order_counts_only_where_children_flex() -> None:
    body = "<i style='order:2'>前</i><i style='order:1'>床</i>"
    assert read(f"<p style='display:flex'>{body}") == "床前"
    assert read(f"<p style='display:block'>{body}") == "前床"


@pytest.mark.parametrize(
    ("picture", "seen"),
    [
        ("<img src='/zi/%E6%98%8E.png?v=2'>", "床明光"),
        ("<img alt=明 src=/1.png>", "床明光"),
        ("<img alt='a cat' src=/月.png>", "床光"),
        ("<img src=/cover.png>", "床光"),
        ("<img src=/5.png>", "床光"),
    ],
)
def test_pictures_of_single_characters(picture: str, seen: str) -> None:
    assert read(f"<p>床{picture}光") == seen


@pytest.mark.timeout(60)  # each would take minutes if its time grew with a product
@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f'a{number}=">"' for number in range(50_000)) + ">床前",
        "<script " + " ".join(f'a{number}=">"' for number in range(50_000)) + ">x</script>床前",
        f"<style>{'*{color:red}' * 30_000}</style>{'<b> </b>' * 10_000}床前",
        f"<style>{'div b:nth-child(2){color:red}' * 2000}</style>{'<b> </b>' * 3000}床前",
        f"<style>a::before{{content:{'attr(' * 300}}}</style>{'<a> </a>' * 9000}床前",
        "<style>*{--a:"
        + "var(--a)" * 9
        + "}a::before{content:var(--a)}</style>"
        + "<a> </a>" * 5000
        + "床前",
        "<style>a::before{content:var(--q)}</style>" + "<div>" * 1500 + "<a> </a>" * 5000 + "床前",
        "<style>@font-face{" + "url(" * 200_000 + "}</style>床前",
        "<style>" + "@font-face{font-family:" * 50_000 + "</style>床前",
    ],
    ids=lambda html: f"{html[:24]}×{len(html)}",
)
def test_hostile_styles_end(html: str) -> None:
    assert read(html).endswith("床前")


def test_a_long_script_does_not_swallow_the_page() -> None:
    script = "for(i=0;i<n;i++){" + 'x=1;y="</scr"+2;' * 3000 + "}"
    assert read(f"<script>{script}</script><p>床前") == "床前"
