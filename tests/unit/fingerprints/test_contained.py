"""Songs, films and apps in an archive are works of their own, whatever they are packed in."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from dataclasses import replace

import py7zr
import pytest

from fingerprints import contained
from fingerprints.contract import Limits
from fingerprints.errors import FingerprintError, NothingToPrint, Undecodable
from fingerprints.extraction import Extraction, extract
from tests.unit.fingerprints.app.programs import apk, dex, made, resources, zipped
from tests.unit.fingerprints.audio.sound import encoded, music, wav

SONGS = {f"{n}. song.wav": wav(music(n, 8)) for n in (1, 2, 10)}
GAME = apk({"classes.dex": dex(made(3)), **resources(3)})


def found(content: bytes, limits: Limits | None = None) -> Extraction:
    return extract(io.BytesIO(content), limits=limits or Limits())


def tarred(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def sevened(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(content, name)
    return out.getvalue()


@pytest.mark.parametrize(
    "archive",
    [zipped(SONGS), tarred(SONGS), gzip.compress(tarred(SONGS)), sevened(SONGS)],
    ids=["zip", "tar", "tar.gz", "7z"],
)
def test_each_song_is_printed_in_the_order_of_the_names(archive: bytes) -> None:
    members = found(archive).members
    assert [one.path for one in members] == ["1. song.wav", "2. song.wav", "10. song.wav"]
    for one, content in zip(members, SONGS.values(), strict=True):
        assert one.sha256 == hashlib.sha256(content).hexdigest()
        assert (one.media_type, one.size_bytes) == ("audio/wav", len(content))
        (alone,) = found(content).prints
        (print_,) = one.prints
        assert [part.signature for part in print_.parts] == [part.signature for part in alone.parts]


def test_archives_in_archives() -> None:
    deep = zipped({"cd.7z": sevened(dict([*SONGS.items()][:1])), "app/free.apk": GAME})
    members = found(zipped({"all.zip": deep, "2.wav": SONGS["2. song.wav"]})).members
    assert {one.path: [print_.modality for print_ in one.prints] for one in members} == {
        "2.wav": ["audio"],
        "all.zip/app/free.apk": ["app"],
        "all.zip/cd.7z/1. song.wav": ["audio"],
    }


def test_what_is_packed_alone_and_nameless() -> None:
    (member,) = found(gzip.compress(SONGS["1. song.wav"])).members
    assert (member.path, member.prints[0].modality) == ("1", "audio")


def test_twice_the_same_is_printed_once() -> None:
    song = SONGS["1. song.wav"]
    (member,) = found(zipped({"a.wav": song, "b.wav": song})).members
    assert member.path == "a.wav"


def test_pages_of_a_book_are_no_members() -> None:
    pages = {f"{n}.txt": f"chapter {n} ".encode() * 200 for n in range(4)}
    extraction = found(zipped(pages))
    assert extraction.members == ()
    assert "text" in {one.modality for one in extraction.prints}


def test_an_app_is_not_looked_into() -> None:
    assert (
        found(apk({"assets/a.wav": SONGS["1. song.wav"], "classes.dex": dex(made(1))})).members
        == ()
    )


def test_a_broken_member_costs_only_itself() -> None:
    flac = encoded(music(4, 8), "flac", "flac")
    extraction = found(zipped({"a.flac": flac[:40], "b.flac": flac}))
    assert [one.path for one in extraction.members] == ["b.flac"]
    assert any(isinstance(one, Undecodable | NothingToPrint) for one in extraction.failures)


def test_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained, "MOST", 2)
    extraction = found(zipped(SONGS))
    assert len(extraction.members) == 2
    assert [one.limit for one in extraction.failures if hasattr(one, "limit")] == ["archive_prints"]


def test_so_long_together_and_no_longer() -> None:
    extraction = found(zipped(SONGS), replace(Limits(), duration_s=5.0))
    assert extraction.members == ()
    failures = [one for one in extraction.failures if getattr(one, "limit", "") == "duration_s"]
    assert len(failures) == len(SONGS)


def test_a_bomb_beside_the_songs_ends_it() -> None:
    bombed = zipped({"1.wav": SONGS["1. song.wav"], "2.wav": bytes(40 << 20)})
    extraction = found(bombed, replace(Limits(), archive_ratio=2.0))
    assert [one.path for one in extraction.members] == ["1.wav"]


def test_an_archive_with_a_password_is_named_so() -> None:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password="secret") as archive:  # noqa: S106
        archive.writestr(SONGS["1. song.wav"], "1.wav")
    with pytest.raises(FingerprintError, match="encrypted"):
        found(out.getvalue())
