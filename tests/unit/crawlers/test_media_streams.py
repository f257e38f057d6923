"""Lists of segments as servers write them, and which segments are taken."""

from __future__ import annotations

import pytest

from crawlers.media import dash, hls
from crawlers.media.gathering import is_list, opened
from crawlers.media.sampling import Appetite, sampled
from crawlers.media.stream import Key, Piece, Segment, Stream, Variant, chosen

AT = "https://cdn.example/a/list.m3u8?token=x%2By"


def stream(text: str) -> Stream:
    found = hls.read(f"#EXTM3U\n{text}", AT)
    assert isinstance(found, Stream)
    return found


def test_master_lists() -> None:
    found = hls.read(
        "#EXTM3U\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="en.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="国语",DEFAULT=YES,URI="zh.m3u8"\n'
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="s",URI="s.m3u8"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=900,AVERAGE-BANDWIDTH=800,RESOLUTION=640x360,CODECS="avc1.4d,mp4a.40.2"\n'
        "low/index.m3u8?sign=a/b\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=64,CODECS="mp4a.40.5"\n'
        "//other.example/sound.m3u8\n"
        "#EXT-X-STREAM-INF:BANDWIDTH=100,RESOLUTION=64x36\n"
        "tiny.m3u8\n"
        "#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9,URI=frames.m3u8\n",
        AT,
    )
    assert isinstance(found, hls.Master)
    assert [one.url for one in found.variants] == [
        "https://cdn.example/a/low/index.m3u8?sign=a/b",
        "https://other.example/sound.m3u8",
        "https://cdn.example/a/tiny.m3u8",
    ]
    assert [one.url.rpartition("/")[2] for one in found.sounds] == ["zh.m3u8", "en.m3u8"]
    assert chosen(found.variants, sound=False).bits_s == 800
    assert chosen(found.variants, sound=True).bits_s == 64


def test_the_best_is_taken_where_none_is_good_enough() -> None:
    offered = (Variant("a", 10, 90), Variant("b", 20, 180))
    assert chosen(offered, sound=False).url == "b"
    assert chosen(offered, sound=True).url == "a"


def test_segments_ranges_and_discontinuities() -> None:
    found = stream(
        "#EXT-X-TARGETDURATION:10\n#EXT-X-MEDIA-SEQUENCE:7\n"
        '#EXT-X-MAP:URI="init.mp4",BYTERANGE="100@20"\n'
        "#EXTINF:9.5,title\n#EXT-X-BYTERANGE:1000@200\nall.mp4\n"
        "#EXTINF:10\n#EXT-X-BYTERANGE:500\nall.mp4\n"
        "#EXT-X-DISCONTINUITY\n#EXTINF:4.25,\r\n../b.ts\nfile:///etc/passwd\n#EXT-X-ENDLIST"
    )
    assert [one.piece for one in found.segments] == [
        Piece("https://cdn.example/a/all.mp4", 200, 1200),
        Piece("https://cdn.example/a/all.mp4", 1200, 1700),
        Piece("https://cdn.example/b.ts"),
    ]
    assert [one.at_s for one in found.segments] == [0.0, 9.5, 19.5]
    assert found.segments[0].init == Piece("https://cdn.example/a/init.mp4", 20, 120)
    assert (found.ended, found.seconds) == (True, 23.75)


def test_keys() -> None:
    found = stream(
        "#EXT-X-MEDIA-SEQUENCE:258\n#EXTINF:1,\na.ts\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="k.bin"\n#EXTINF:1,\nb.ts\n'
        '#EXT-X-KEY:METHOD=AES-128,URI="/k2",IV=0xFF\n#EXTINF:1,\nc.ts\n'
        '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"\n'
        "#EXTINF:1,\nd.ts\n"
        '#EXT-X-KEY:METHOD=AES-128,URI="https://l.example/",KEYFORMAT="com.widevine"\n#EXTINF:1,\ne.ts\n'
        "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\nf.ts\n"
    )
    assert [one.piece.url[-4:] for one in found.segments] == ["a.ts", "b.ts", "c.ts", "f.ts"]
    assert [one.key for one in found.segments] == [
        None,
        Key("https://cdn.example/a/k.bin", bytes(14) + b"\x01\x03"),
        Key("https://cdn.example/k2", bytes(15) + b"\xff"),
        None,
    ]
    assert (found.locked, found.ended) == (2, False)


def test_a_key_opens_a_segment() -> None:
    # NIST SP 800-38A, F.2.1: the first block, padded by none.
    secret = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
    iv = bytes(range(16))
    plain = opened(bytes.fromhex("7649abac8119b246cee98e9b12e9197d"), secret, Key("k", iv))
    assert plain == bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n", True),
        (b"\xef\xbb\xbf#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\na", True),
        (b"#EXTM3U\n#EXTINF:3,song\na.mp3", False),
        (b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'>", True),
        (b"<html>#EXTM3U", False),
    ],
)
def test_what_is_a_list(body: bytes, expected: bool) -> None:  # noqa: FBT001
    assert is_list(body) is expected


MPD = """<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="{type}"
 mediaPresentationDuration="PT0H1M2.5S"><BaseURL>v/</BaseURL><Period>{inside}</Period></MPD>"""


def offered(inside: str, *, type: str = "static") -> tuple[dash.Rendition, ...]:  # noqa: A002
    return dash.read(MPD.format(type=type, inside=inside).encode(), "https://c.example/x.mpd")


def test_templates_with_numbers() -> None:
    (one,) = offered(
        "<AdaptationSet mimeType='video/mp4'><SegmentTemplate timescale='1000' duration='20000'"
        " startNumber='3' initialization='$RepresentationID$/i.mp4' media='$RepresentationID$/"
        "$Number%04d$-$Bandwidth$-$$.m4s'/><Representation id='r' bandwidth='5' height='360'/>"
        "</AdaptationSet>"
    )
    assert [segment.piece.url for segment in one.stream.segments] == [
        f"https://c.example/v/r/000{number}-5-$.m4s" for number in (3, 4, 5, 6)
    ]
    assert one.stream.segments[0].init == Piece("https://c.example/v/r/i.mp4")
    assert one.offered.height == 360


def test_templates_with_time_lines() -> None:
    (one,) = offered(
        "<AdaptationSet contentType='audio'><SegmentTemplate timescale='10' media='$Time$.m4s'>"
        "<SegmentTimeline><S t='100' d='20' r='1'/><S d='50'/><S d='100' r='-1'/></SegmentTimeline>"
        "</SegmentTemplate><Representation id='a' bandwidth='9'/></AdaptationSet>"
    )
    names = [segment.piece.url.rpartition("/")[2] for segment in one.stream.segments]
    assert names == ["100.m4s", "120.m4s", "140.m4s", "190.m4s", "290.m4s", "390.m4s", "490.m4s"]
    assert one.offered.sound_only


def test_segment_lists_and_single_files() -> None:
    listed, single = offered(
        "<AdaptationSet mimeType='video/mp4'><Representation id='1' bandwidth='1'><BaseURL>a.mp4"
        "</BaseURL><SegmentList duration='31' timescale='1'><Initialization range='0-99'/>"
        "<SegmentURL mediaRange='100-199'/><SegmentURL media='b.mp4'/></SegmentList>"
        "</Representation><Representation id='2' bandwidth='2'><BaseURL>s.mp4</BaseURL>"
        "<SegmentBase indexRange='800-900'><Initialization range='0-799'/></SegmentBase>"
        "</Representation></AdaptationSet>"
    )
    assert [segment.piece for segment in listed.stream.segments] == [
        Piece("https://c.example/v/a.mp4", 100, 200),
        Piece("https://c.example/v/b.mp4"),
    ]
    assert listed.stream.segments[0].init == Piece("https://c.example/v/a.mp4", 0, 100)
    assert single.stream.index == Piece("https://c.example/v/s.mp4", 800, 901)


def test_an_index_names_the_segments() -> None:
    whole = Segment(Piece("u"), 60.0, 0.0, Piece("u", 0, 50))
    rows = b"".join(
        size.to_bytes(4, "big") + (3000).to_bytes(4, "big") + bytes(4) for size in (700, 900)
    )
    fields = bytes(4) + (1).to_bytes(4, "big") + (1000).to_bytes(4, "big") + bytes(4)
    body = fields + (10).to_bytes(4, "big") + bytes(2) + (2).to_bytes(2, "big") + rows
    box = (len(body) + 8).to_bytes(4, "big") + b"sidx" + body
    found = dash.with_index(Stream((whole,), index=Piece("u", 50, 50 + len(box))), box)
    first = 50 + len(box) + 10
    assert [one.piece for one in found.segments] == [
        Piece("u", first, first + 700),
        Piece("u", first + 700, first + 1600),
    ]
    assert [one.seconds for one in found.segments] == [3.0, 3.0]
    assert dash.with_index(Stream((whole,), index=Piece("u", 0, 9)), b"junk").segments == (whole,)


def test_broadcasts_and_protected_films_are_left_alone() -> None:
    inside = (
        "<AdaptationSet mimeType='video/mp4'>{}<SegmentTemplate duration='1' media='a'/>"
        "<Representation id='1'/></AdaptationSet>"
    )
    assert len(offered(inside.format(""))) == 1
    assert offered(inside.format("<ContentProtection schemeIdUri='x'/>")) == ()
    assert offered(inside.format(""), type="dynamic") == ()
    assert dash.read(b"<MPD", "https://c.example/") == ()


def segments(count: int, seconds: float, init: Piece | None = None) -> list[Segment]:
    return [Segment(Piece(str(n)), seconds, n * seconds, init) for n in range(count)]


def test_short_streams_are_taken_whole() -> None:
    assert sampled(segments(18, 10.0), Appetite()) == list(range(18))
    assert sampled([], Appetite()) == []


def test_long_streams_are_sampled_all_over() -> None:
    found = sampled(segments(900, 6.0), Appetite())
    assert 180 <= 6.0 * len(found) <= 260
    assert min(found) * 6.0 >= 90
    runs = sorted({number // 147 for number in found})
    assert len(runs) >= 6
    half = found[: len(found) // 2]
    assert max(half) - min(half) > 400  # also where it ends early


def test_segments_longer_than_a_run_are_found() -> None:
    assert len(sampled(segments(10, 600.0), Appetite())) >= 5


def test_advertisements_of_another_kind_are_left_out() -> None:
    mixed = [*segments(5, 6.0, Piece("ad")), *segments(10, 6.0, Piece("film"))]
    assert sampled(mixed, Appetite()) == list(range(5, 15))
