"""Subtitles and lyrics: what they say, whatever their times and form."""

import io
import zipfile

import pytest

from fingerprints import document
from fingerprints.contract import Limits
from fingerprints.media_type import sniff
from fingerprints.text import TextModality, read_main, read_text
from fingerprints.text.timed import unstamped, untimed

LINES = [
    "滚滚长江东逝水",
    "浪花淘尽英雄",
    "是非成败转头空",
    "青山依旧在",
    "几度夕阳红",
    "白发渔樵江渚上",
    "惯看秋月春风",
    "一壶浊酒喜相逢",
    "古今多少事",
    "都付笑谈中",
    "话说天下大势",
    "分久必合合久必分",
    "周末七国分争",
    "并入于秦",
    "及秦灭之后",
    "楚汉分争",
    "又并入于汉",
]
SAID = "\n".join(LINES)
LIMITS = Limits()
MODALITY = TextModality()


def clock(second: float, mark: str = ",") -> str:
    return f"00:{int(second // 60):02}:{second % 60:06.3f}".replace(".", mark)


def srt(lines: list[str], step: float = 2.5, mark: str = ",") -> str:
    return "\n".join(
        f"{number + 1}\n{clock(number * step, mark)} --> {clock(number * step + 2, mark)}\n{line}\n"
        for number, line in enumerate(lines)
    )


def lrc(lines: list[str]) -> str:
    head = "[ti:临江仙]\n[ar:杨慎]\n[offset:500]\n"
    return head + "\n".join(f"[00:{at * 3:02}.50]{line}" for at, line in enumerate(lines))


ASS = (
    "[Script Info]\nTitle: x\n\n[V4+ Styles]\nFormat: Name, Fontname\nStyle: Default,Arial\n\n"
    "[Events]\nFormat: Layer, Start, End, Style, Text\n"
    "Comment: 0,0:00:00.00,0:00:01.00,Default,not shown\n"
    "Dialogue: 0,0:00:00.00,0:00:01.00,Default,{\\p1}m 0 0 l 100 0 100 100{\\p0}\n"
    + "\n".join(
        f"Dialogue: 0,0:00:{at:02}.00,0:00:{at + 1:02}.00,Default,{{\\fad(200,200)\\i1}}{line}"
        for at, line in enumerate(LINES)
    )
)
VTT = "WEBVTT - a film\n\nNOTE by nobody\nin two lines\n\nSTYLE\n::cue { color: red }\n\n" + srt(
    [f"<v Zhao><i>{line}</i>" for line in LINES], 3.1, "."
)
FORMS = {
    "SubRip": srt(LINES),
    "SubRip, other times, CRLF": srt(LINES, 2.61).replace("\n", "\r\n"),
    "SubRip, styled": srt([f'{{\\an8}}<font color="#fff">{line}</font>' for line in LINES]),
    "SubRip, no blank lines": srt(LINES).replace("\n\n", "\n"),
    "WebVTT": VTT,
    "SubStation Alpha": ASS,
    "SubViewer": "\n\n".join(
        f"0:00:{at:02}.000,0:00:{at + 1:02}.000\n{line}" for at, line in enumerate(LINES)
    ),
    "MicroDVD": "\n".join(
        f"{{{at * 25}}}{{{at * 25 + 20}}}{{y:i}}{line}" for at, line in enumerate(LINES)
    ),
    "MPL2": "\n".join(f"[{at * 10}][{at * 10 + 9}]{line}" for at, line in enumerate(LINES)),
    "LRC": lrc(LINES),
    "LRC, a time a word": "\n".join(
        f"[00:{at:02}.00]" + "".join(f"<00:{at:02}.{k}0>{one}" for k, one in enumerate(line))
        for at, line in enumerate(LINES)
    ),
    "milliseconds a word": "\n".join(
        f"[{at * 1000},900]" + "".join(f"({k * 90},90,0){one}" for k, one in enumerate(line))
        for at, line in enumerate(LINES)
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_all_forms_say_the_same(form: str) -> None:
    assert untimed(FORMS[form]) == SAID
    content = FORMS[form].encode("gb18030")
    assert read_text(io.BytesIO(content), limits=LIMITS) == SAID
    assert read_main(io.BytesIO(content), limits=LIMITS).text == SAID


def test_a_copy_with_other_times_is_the_work() -> None:
    work, copy = (
        MODALITY.extract(io.BytesIO(FORMS[form].encode()), limits=LIMITS)
        for form in ("SubStation Alpha", "SubRip, other times, CRLF")
    )
    found = MODALITY.verify(copy, work)
    assert found.score > 0.9
    assert found.spans[0].work == (0.0, float(len(SAID)))


def test_two_languages_come_one_after_the_other() -> None:
    english = [f"This is line number {at} of the film" for at, _ in enumerate(LINES)]
    both = [f"{one}\n{two}" for one, two in zip(LINES, english, strict=True)]
    assert untimed(srt(both)) == "\n".join([*LINES, *english])
    on_one_line = ASS
    for one, two in zip(LINES, english, strict=True):
        on_one_line = on_one_line.replace(one, f"{one}\\N{{\\fs10}}{two}")
    assert untimed(on_one_line) == "\n".join([*LINES, *english])


def test_a_cue_may_have_a_blank_line_or_a_number_in_it() -> None:
    broken = srt(LINES).replace(LINES[3], f"{LINES[3]}\n\nsecond half")
    assert untimed(broken) == SAID.replace(LINES[3], f"{LINES[3]}\nsecond half")
    assert untimed(srt(["1984", *LINES])) == "1984\n" + SAID


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        "Dialogue: a man, a plan\nDialogue: a canal, Panama\nDialogue: one, two\n" * 3,
        "At 00:01:02,000 --> 00:01:04,000 he said so.\n" + SAID,
        "[1] a footnote\n[2] another\n[3] a third\n" + SAID,
        "10:00 opening\n11:00 talk\n12:00 lunch\n13:00 talk\n",
        "What is on\n\n[Events]\n\nA fair, a market and a play.\n",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert untimed(text) is None
    assert read_text(io.BytesIO(text.encode()), limits=LIMITS) == text


def test_times_of_lyrics_are_left_out_of_pages() -> None:
    page = f"<html><body><h1>临江仙</h1><pre>{lrc(LINES)}</pre></body></html>".encode()
    shown = read_text(io.BytesIO(page), limits=LIMITS, media_type="text/html")
    assert "".join(LINES) in shown.replace("\n", "").replace(" ", "")
    assert unstamped("[00:12.345]a [note] at [12:30]") == "a [note] at [12:30]"


def test_they_are_read_in_archives_and_by_their_types() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("film.ass", ASS)
    assert document.text(file, LIMITS, "application/zip") == SAID
    for name, form in (("a.vtt", "WebVTT"), ("a.srt", "SubRip"), ("a.ass", "SubStation Alpha")):
        media_type = sniff(FORMS[form].encode(), filename=name)
        assert media_type in MODALITY.media_types


def test_lines_without_times_are_kept() -> None:
    cited = [f"[{at}][{at + 1}]who says so" for at in range(4)]
    assert untimed("\n".join([*cited, SAID])) == "\n".join([*["who says so"] * 4, SAID])


def test_many_numbers_in_one_block_take_no_longer_than_other_lines() -> None:
    block = srt(["a", "b", "c"]).replace("\n\n", "\n") + "\n".join(["7"] * 200_000)
    found = untimed(block)
    assert found is not None
    assert found.count("7") == 200_000


def test_only_webvtt_has_blocks_that_are_not_said() -> None:
    said = srt([*LINES, "a letter\n\nNOTE to myself\nREGION of the lakes"])
    assert untimed(said) == f"{SAID}\na letter\nNOTE to myself\nREGION of the lakes"
    assert untimed(f"WEBVTT\n\nNOTE by nobody\n\n{srt(LINES, mark='.')}NOTED") == f"{SAID}\nNOTED"
