"""Which pictures a script names, however they are written, and what packers made of them."""

from __future__ import annotations

import base64
import json

import pytest

from crawlers.spiders.paged.packed import from_lz_base64, plain, unpacked
from crawlers.spiders.paged.picture_lists import completed, picture_lists

URLS = [f"https://img{n % 3}.cdn.example/c/12/{n:03}.jpg" for n in range(1, 6)]
NAMES = [f"{n:03}.webp" for n in range(1, 6)]
OF_JSON = json.dumps(URLS)
TSUMINO = base64.b64encode(OF_JSON.encode()).decode()
JOINED = base64.b64encode("$qingtiandy$".join(URLS).encode()).decode()

FORMS = {
    "array": f"var pages = {OF_JSON};",
    "single quotes": f"var pages = {OF_JSON.replace(chr(34), chr(39))};",
    "slashes": "var chapter_preloaded_images = " + OF_JSON.replace("/", "\\/") + ", x = 1;",
    "unicode escapes": "var p = " + OF_JSON.replace("/", "\\u002F"),
    "objects": "run(" + json.dumps([{"w": 8, "h": 9, "url": url} for url in URLS]) + ")",
    "framework": json.dumps({"props": {"pageProps": {"chapter": {"images": URLS}}}}),
    "assignments": "".join(f'picAy[{at}]="{url}";' for at, url in enumerate(URLS)),
    "joined by bars": f'var msg = "{"|".join(URLS)}";',
    "joined by lines": 'var pages = \'{"page_url":"' + "\\r\\n".join(URLS) + "\"}'",
    "base64 of JSON": f"var t = '{TSUMINO}';",
    "base64 joined": f'var qTcms_S_m_murl_e = "{JOINED}";',
    "JSON in a string": f"var data = JSON.parse({json.dumps(OF_JSON)});",
    "lone apostrophe": f"// the reader's list\nvar p={OF_JSON}",
    "mirrors": "ts_reader.run("
    + json.dumps(
        {"sources": [{"images": URLS}, {"images": [u.replace("img", "alt") for u in URLS]}]}
    ),
    "sizes": "x=" + json.dumps([f"{url}!page-1200-x" for url in URLS]),
}

# By lz-string's own compressToBase64.
LZ_WORDS = "A4QwLgFgPgZglgGwKYGcoCtgHMoHckBGwUADCQIykkBMUgtHKDhpkA=="


def longest(script: str, *shown: str) -> list[str]:
    return list(completed(picture_lists(script)[0], shown))


@pytest.mark.parametrize("form", FORMS)
def test_every_form_names_the_pages_in_order(form: str) -> None:
    assert [url.partition("!")[0] for url in longest(FORMS[form])] == URLS


def test_addresses_without_an_ending_are_believed_where_they_are_called_pages() -> None:
    bare = [f"https://cdn.example/i/{n}?sig=ab{n}" for n in range(4)]
    assert longest(f'{{"images": {json.dumps(bare)}}}') == bare
    assert picture_lists(f'{{"links": {json.dumps(bare)}}}') == []


@pytest.mark.parametrize(
    ("told", "shown", "address"),
    [
        ('"path":"/ps4/x/"', (), "/ps4/x/001.webp"),
        ('"path":"/ps4/x/","host":"https://i.example"', (), "https://i.example/ps4/x/001.webp"),
        ('"chapterPath":"https://i.example/a/"', (), "https://i.example/a/001.webp"),
        ('"path":"/no/"', ("https://us.example/p/002.webp?e=1&m=k",),
         "https://us.example/p/001.webp?e=1&m=k"),
        ('"pix":"https://m.example/8/9/"', (), "https://m.example/8/9/001.webp"),
        ('"cover":"https://us.example/q/001.webp"', (), "https://us.example/q/001.webp"),
        ('"url":"a.webp"', (), "001.webp"),
    ],
)  # fmt: skip
def test_names_are_completed_by_what_is_said(
    told: str, shown: tuple[str, ...], address: str
) -> None:
    assert longest(f'a({{{told},"files":{json.dumps(NAMES)}}})', *shown)[0] == address


PACKED = (
    "eval(function(p,a,c,k,e,d){e=function(c){return(c<a?'':e(parseInt(c/a)))+((c=c%a)>35?"
    'String.fromCharCode(c+29):c.toString(36))};return p}(\'3 0=["1://4.2/5.6","1://4.2/7.6"];'
    "8(0,\\'9\\')',10,10,'pages|https|example|var|cdn|a01|jpg|a02|show|x'.split('|'),0,{}))"
)


def test_what_the_packer_made_is_undone() -> None:
    assert list(unpacked(PACKED)) == [
        'var pages=["https://cdn.example/a01.jpg","https://cdn.example/a02.jpg"];show(pages,\'x\')'
    ]
    assert longest(PACKED) == ["https://cdn.example/a01.jpg", "https://cdn.example/a02.jpg"]


def test_words_in_lz_base64_are_undone() -> None:
    assert from_lz_base64(LZ_WORDS) == "path|files|jpg|webp|001|002|中文"
    script = (
        'window["\\x65\\x76\\x61\\x6c"](function(p,a,c,k,e,d){return p}(\'q({"0":"/a/","1":'
        f"[\"4.2\",\"5.2\"]}})',6,6,'{LZ_WORDS}'['\\x73\\x70\\x6c\\x69\\x63']('\\x7c'),0,{{}}))"
    )
    assert longest(script) == ["/a/001.jpg", "/a/002.jpg"]


@pytest.mark.parametrize(
    "hostile",
    [
        '\\"' * 400_000,
        "'\"" * 300_000,
        "[" * 900_000,
        'a="' + "A" * 900_000,
        "}('" * 200_000,
        "function(p,a,c" * 50_000,
        '"a.jpg",' * 100_000,
        "'" + '"b.jpg"|' * 100_000 + "'",
    ],
)
def test_hostile_scripts_end(hostile: str) -> None:
    assert all(len(one.names) <= 20_000 for one in picture_lists(hostile))


def test_escapes_are_undone() -> None:
    assert plain(r"\x41\u4e2d\/\n\'") == "A中/\n'"
    assert from_lz_base64("no base64 !") == ""
