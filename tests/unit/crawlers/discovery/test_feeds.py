from __future__ import annotations

import json
import time

import pytest

from crawlers.discovery.feeds import Entry, entries_in_feed, feeds_in_opml, is_feed

RSS = b"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title>
<link>https://a.example/</link>
<item><title>One &amp; two</title><link> https://a.example/1 </link><description>d</description>
<enclosure url="https://cdn.example/1.mp3" type="audio/mpeg" length="1"/></item>
<item><title>Three</title><media:content url="https://cdn.example/3.mp4"/></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>
<link rel="self" href="https://a.example/feed"/>
<entry><title>One</title><link rel="alternate" href="/1"/><summary>s</summary>
<link rel="enclosure" href="https://cdn.example/1.mp3"/></entry></feed>"""
JSON = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "T",
    "items": [
        {
            "id": "1",
            "url": "https://a.example/1",
            "title": "One",
            "summary": "s",
            "attachments": [{"url": "https://cdn.example/1.mp3", "mime_type": "audio/mpeg"}, 7],
        },
        {"id": "2", "external_url": "https://b.example/2", "content_text": "words"},
        "nonsense",
    ],
}
BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY x SYSTEM "file:///etc/hostname">]>
<rss><channel><item><title>&c;&x;</title><link>https://a.example/1</link></item></channel></rss>"""


def test_every_form_of_feed_is_read() -> None:
    assert list(entries_in_feed(RSS)) == [
        Entry("https://a.example/1", "One & two", "d", ("https://cdn.example/1.mp3",)),
        Entry("", "Three", "", ("https://cdn.example/3.mp4",)),
    ]
    assert list(entries_in_feed(ATOM)) == [Entry("/1", "One", "s", ("https://cdn.example/1.mp3",))]
    assert list(entries_in_feed(json.dumps(JSON).encode())) == [
        Entry("https://a.example/1", "One", "s", ("https://cdn.example/1.mp3",)),
        Entry("https://b.example/2", "", "words"),
    ]


def test_what_is_no_feed_has_no_entries() -> None:
    for body in (b"", b"<html><a href=/1>", b"{}", b'{"version": "2"}', b"\x00" * 100):
        assert not is_feed(body)
        assert list(entries_in_feed(body)) == []
    assert list(entries_in_feed(b'{"version":"https:\\/\\/jsonfeed.org\\/version\\/1"')) == []


def test_entities_are_left_alone() -> None:
    (entry,) = entries_in_feed(BOMB)
    assert entry.url == "https://a.example/1"
    assert len(entry.title) < 100


@pytest.mark.parametrize("size", [20_000])
def test_hostile_feeds_cost_little(size: int) -> None:
    began = time.process_time()
    many = b"<rss><channel>" + b"<item><link>https://a.example/1</link></item>" * size
    assert len(list(entries_in_feed(many))) == 5_000
    list(entries_in_feed(b"<rss>" + b"<a>" * size))
    list(entries_in_feed(b"<!--" * size + b"<rss>"))
    assert time.process_time() - began < 20.0


def test_a_list_of_feeds_names_them() -> None:
    opml = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="g">
    <outline type="rss" text="A" xmlUrl="https://a.example/feed"/>
    <outline type="rss" xmlUrl=" https://b.example/rss "/></outline>
    <outline text="x"/></body></opml>"""
    assert list(feeds_in_opml(opml)) == ["https://a.example/feed", "https://b.example/rss"]
    assert list(feeds_in_opml(RSS)) == []
