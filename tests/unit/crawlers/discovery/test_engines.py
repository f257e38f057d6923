"""Engines by their documentation: what is asked, and what their answers say."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.discovery.engines import ENGINES
from crawlers.discovery.engines.contract import Found
from crawlers.errors import SearchUnreadable

BING = {
    "_type": "SearchResponse",
    "queryContext": {"originalQuery": "三体 下载"},
    "webPages": {
        "webSearchUrl": "https://www.bing.com/search?q=x",
        "totalEstimatedMatches": 2,
        "value": [
            {
                "id": "https://api.bing.microsoft.com/api/v7/#WebPages.0",
                "name": "三体 txt 下载",
                "url": "https://pirate.example/1",
                "isFamilyFriendly": True,
                "displayUrl": "https://pirate.example/1",
                "snippet": "全文",
                "dateLastCrawled": "2026-01-01T00:00:00Z",
                "language": "zh_chs",
            },
            {"id": "1", "name": "without an address"},
        ],
    },
    "rankingResponse": {"mainline": {"items": []}},
}
BRAVE = {
    "type": "search",
    "query": {"original": "三体 下载", "more_results_available": True},
    "web": {
        "type": "search",
        "family_friendly": True,
        "results": [
            {
                "title": "三体 txt 下载",
                "url": "https://pirate.example/1",
                "description": "全文",
                "type": "search_result",
                "profile": {"name": "p"},
            },
            "nonsense",
        ],
    },
}
GOOGLE = {
    "kind": "customsearch#search",
    "queries": {"request": [{"startIndex": 1}], "nextPage": [{"startIndex": 11}]},
    "searchInformation": {"totalResults": "1"},
    "items": [
        {
            "kind": "customsearch#result",
            "title": "三体 txt 下载",
            "htmlTitle": "<b>三体</b> txt 下载",
            "link": "https://pirate.example/1",
            "displayLink": "pirate.example",
            "snippet": "全文",
        }
    ],
}
SEARXNG = {
    "query": "三体 下载",
    "number_of_results": 0,
    "results": [
        {
            "url": "https://pirate.example/1",
            "title": "三体 txt 下载",
            "content": "全文",
            "engine": "bing",
            "parsed_url": ["https", "pirate.example", "/1", "", "", ""],
            "score": 1.0,
        }
    ],
    "answers": [],
    "unresponsive_engines": [["google", "timeout"]],
}
BAIDU = {
    "request_id": "b4a5",
    "references": [
        {
            "id": 1,
            "url": "https://pirate.example/1",
            "title": "三体 txt 下载",
            "date": "2026-01-01 00:00:00",
            "content": "全文",
            "icon": None,
            "web_anchor": "三体",
            "type": "web",
            "website": "p",
            "video": None,
        }
    ],
}
ANSWERS = {"bing": BING, "brave": BRAVE, "google": GOOGLE, "searxng": SEARXNG, "baidu": BAIDU}


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_an_answer_is_read_as_it_is_documented(name: str) -> None:
    found = list(ENGINES[name].results(json.dumps(ANSWERS[name]).encode()))
    assert found == [Found("https://pirate.example/1", "三体 txt 下载", "全文")]


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"[" * 100_000, b"\xff\xfe", b" " * (9 * 2**20)]
)
def test_an_answer_that_is_none_is_named(name: str, body: bytes) -> None:
    with pytest.raises(SearchUnreadable, match=name):
        list(ENGINES[name].results(body))


@pytest.mark.parametrize("name", sorted(ENGINES))
@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"web": None, "webPages": [], "items": {}, "results": "x", "references": 1},
        {"items": [{"link": 7}], "results": [{"url": None}], "references": [{"url": ""}]},
    ],
)
def test_an_answer_without_results_has_none(name: str, odd: dict[str, Any]) -> None:
    assert list(ENGINES[name].results(json.dumps(odd).encode())) == []


def asked(name: str, page: int) -> dict[str, str]:
    engine = ENGINES[name]
    address = engine.address or "https://search.example/"
    question = engine.question(address, "三体 & 下载", page, id="cx1")
    assert "三体" not in question.url
    return {key: values[0] for key, values in parse_qs(urlsplit(question.url).query).items()}


def test_pages_are_asked_for_as_each_engine_counts_them() -> None:
    assert asked("bing", 3) == {
        "q": "三体 & 下载",
        "count": "50",
        "offset": "100",
        "responseFilter": "Webpages",
        "textDecorations": "false",
    }
    assert asked("brave", 3) == {
        "q": "三体 & 下载",
        "count": "20",
        "offset": "2",
        "result_filter": "web",
        "safesearch": "off",
        "text_decorations": "false",
    }
    assert asked("google", 3) == {"q": "三体 & 下载", "cx": "cx1", "num": "10", "start": "21"}
    assert asked("searxng", 3) == {
        "q": "三体 & 下载",
        "format": "json",
        "pageno": "3",
        "safesearch": "0",
    }


def test_an_instances_address_may_be_a_folder() -> None:
    engine = ENGINES["searxng"]
    for address in ("https://s.example", "https://s.example/"):
        asked_for = engine.question(address, "x", 1, id="").url
        assert asked_for.startswith("https://s.example/search?")
    below = engine.question("https://s.example/searx", "x", 1, id="").url
    assert below.startswith("https://s.example/searx/search?")


def test_baidu_is_asked_by_a_body() -> None:
    question = ENGINES["baidu"].question(ENGINES["baidu"].address, "三体", 1, id="")
    assert question.url == "https://qianfan.baidubce.com/v2/ai_search/web_search"
    assert json.loads(question.body) == {
        "messages": [{"role": "user", "content": "三体"}],
        "search_source": "baidu_search_v2",
        "resource_type_filter": [{"type": "web", "top_k": 50}],
    }
