"""What is in an archive, whoever packed it and however it was damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import py7zr
import pytest

from fingerprints.archive import members, natural_order
from fingerprints.archive.unpacking import zstd
from fingerprints.contract import Limits
from fingerprints.errors import Encrypted, FingerprintError, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

STORY = "话说天下大势，分久必合，合久必分。".encode() * 50
FILES = {"第一回.txt": STORY, "img/p1.bin": random.Random(1).randbytes(200_000), "empty": b""}  # noqa: S311


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.mkdir("folder")
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            odd = tarfile.TarInfo(f"odd {kind!r}")
            odd.type, odd.linkname = kind, "/etc/passwd"
            archive.addfile(odd)
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def seven_zipped(files: Mapping[str, bytes], password: str | None = None) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password) as archive:
        for name, content in files.items():
            archive.writestr(content, name)
    return out.getvalue()


def rar_stored(files: Mapping[str, bytes]) -> bytes:
    """RAR 5 as its technical note has it, without packing."""

    def vint(value: int) -> bytes:
        out = b""
        while value > 0x7F:
            out += bytes([value & 0x7F | 0x80])
            value >>= 7
        return out + bytes([value])

    def block(content: bytes) -> bytes:
        sized = vint(len(content)) + content
        return struct.pack("<I", zlib.crc32(sized)) + sized

    out = b"Rar!\x1a\x07\x01\x00" + block(vint(1) + vint(0) + vint(0))
    for name, content in files.items():
        raw = name.encode()
        head = vint(2) + vint(2) + vint(len(content))  # a file, with data
        head += vint(4) + vint(len(content)) + vint(0o644) + struct.pack("<I", zlib.crc32(content))
        out += block(head + vint(0) + vint(1) + vint(len(raw)) + raw) + content
    return out + block(vint(5) + vint(0) + vint(0))


def read(content: bytes, limits: Limits | None = None) -> dict[str, bytes]:
    found = members(io.BytesIO(content), limits or Limits())
    return {one.path: one.open().read() for one in found}


ARCHIVES = {
    "zip": zipped(FILES),
    "zip stored": zipped(FILES, zipfile.ZIP_STORED),
    "zip bzip2": zipped(FILES, zipfile.ZIP_BZIP2),
    "zip lzma": zipped(FILES, zipfile.ZIP_LZMA),
    "zip after a stub": b"MZ stub" * 99 + zipped(FILES),
    "tar pax": tarred(FILES),
    "tar gnu": tarred(FILES, tarfile.GNU_FORMAT),
    "tar.gz": gzip.compress(tarred(FILES)),
    "tar.bz2": bz2.compress(tarred(FILES)),
    "tar.xz": lzma.compress(tarred(FILES)),
    "tar.zst": zstd.compress(tarred(FILES)),
    "7z": seven_zipped(FILES),
    "rar": rar_stored(FILES),
}


@pytest.mark.parametrize("kind", [one for one in ARCHIVES if one != "zip after a stub"])
def test_every_kind_gives_its_files(kind: str) -> None:
    assert read(ARCHIVES[kind]) == FILES


def test_members_can_be_opened_in_any_order_and_again() -> None:
    for kind, content in ARCHIVES.items():
        if kind == "zip after a stub":
            continue
        found = list(members(io.BytesIO(content), Limits()))
        opened = {one.path: one.open() for one in reversed(found)}
        for name, file in opened.items():
            assert file.read(10) == FILES[name][:10], kind
        for name, file in opened.items():
            assert file.seek(0, io.SEEK_END) == len(FILES[name]), kind
            assert file.read() == b""
            file.seek(5)
            assert file.read() == FILES[name][5:], kind
        for one in found:
            assert one.open().read() == FILES[one.path], kind


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, zstd.compress])
def test_one_packed_file(pack: object) -> None:
    assert callable(pack)
    assert read(pack(STORY) + pack(STORY)) == {"": STORY * 2}


def test_the_name_that_gzip_keeps() -> None:
    out = io.BytesIO()
    with gzip.GzipFile("三国演义.txt.gz", "wb", fileobj=out, mtime=0) as file:
        file.write(STORY)
    content = out.getvalue()  # Python keeps Latin names only
    assert read(content) == {"": STORY}
    named = content[:3] + b"\x08" + content[4:10] + "三国.txt".encode("gb18030") + b"\0"
    assert list(read(named + content[10:])) == ["三国.txt"]


def raw_named(raw: bytes, *, is_utf8: bool = False, extra: bytes = b"") -> bytes:
    """A zip whose name is those bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("N" * len(raw))
        info.extra = extra
        archive.writestr(info, STORY)
    content = out.getvalue().replace(b"N" * len(raw), raw)
    if is_utf8:
        for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            place = content.index(magic) + at + 1
            content = content[:place] + b"\x08" + content[place + 1 :]
    return content


@pytest.mark.parametrize(
    ("raw", "is_utf8", "name"),
    [
        ("三国演义/第一回 宴桃园.txt".encode("gb18030"), False, "三国演义/第一回 宴桃园.txt"),
        ("三国演义/第一回 宴桃园.txt".encode(), False, "三国演义/第一回 宴桃园.txt"),
        ("三国演义/第一回 宴桃园.txt".encode(), True, "三国演义/第一回 宴桃园.txt"),
        ("三國演義/第一回 宴桃園.txt".encode("big5"), False, "三國演義/第一回 宴桃園.txt"),
        ("三国演义/第一回 宴桃园.txt".encode("gb18030"), True, "三国演义/第一回 宴桃园.txt"),
        ("Ärger über Öl.txt".encode("cp437"), False, "Ärger über Öl.txt"),
        (b"..\\..\\etc\\passwd", False, "../../etc/passwd"),
    ],
)
def test_names_in_any_charset(raw: bytes, is_utf8: bool, name: str) -> None:  # noqa: FBT001
    assert read(raw_named(raw, is_utf8=is_utf8)) == {name: STORY}


def test_the_unicode_path_field_counts_where_it_is_of_that_name() -> None:
    raw, name = b"?????.txt", "桃园.txt"
    for checksum, expected in ((zlib.crc32(raw), name), (1, raw.decode())):
        field = b"\x01" + struct.pack("<I", checksum) + name.encode()
        extra = struct.pack("<2H", 0x7075, len(field)) + field
        assert list(read(raw_named(raw, extra=extra))) == [expected]


def test_a_zip_cut_short_gives_what_is_there() -> None:
    content = zipped({"a.txt": STORY, "b.bin": FILES["img/p1.bin"], "c.txt": STORY})
    found = read(content[: len(content) // 2])
    assert found["a.txt"] == STORY
    assert 0 < len(found["b.bin"]) < len(FILES["img/p1.bin"])
    assert FILES["img/p1.bin"].startswith(found["b.bin"])


def test_a_streamed_zip_cut_short() -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    out = OneWay()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a", "b"):
            archive.writestr(name, STORY)
    content = out.getvalue()
    assert read(content) == {"a": STORY, "b": STORY}
    assert read(content[: content.index(b"PK\x01\x02")]) == {"a": STORY, "b": STORY}


def test_a_tar_cut_short_gives_what_is_there() -> None:
    for content in (tarred(FILES), gzip.compress(tarred(FILES))):
        found = read(content[: len(content) // 2])
        assert found["第一回.txt"] == STORY
        assert FILES["img/p1.bin"].startswith(found["img/p1.bin"])


def test_long_names_in_tar() -> None:
    name = "很长的名字/" * 60 + "页.txt"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert read(tarred({name: STORY, "next": b"1"}, form)) == {name: STORY, "next": b"1"}


def test_encrypted_members_are_named() -> None:
    content = bytearray(zipped({"a.txt": STORY, "b.txt": STORY}))
    content[content.index(b"PK\x01\x02") + 8] |= 1  # the folder
    first = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[first + 8] |= 1
    locked, free = members(io.BytesIO(bytes(content)), Limits())
    assert free.open().read() == STORY
    with pytest.raises(Encrypted):
        locked.open()
    with pytest.raises(Encrypted):
        list(members(io.BytesIO(seven_zipped(FILES, "密码")), Limits()))


def test_an_unknown_method_is_unsupported() -> None:
    content = bytearray(zipped({"a.txt": STORY}))
    content[content.rindex(b"PK\x01\x02") + 10] = 99
    (member,) = members(io.BytesIO(bytes(content)), Limits())
    with pytest.raises(Unsupported):
        member.open().read()


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"no archive", b"\x1f\x8b\x08", b"Rar!\x1a\x07\0"]
)
def test_other_bytes_give_a_named_error_or_nothing(content: bytes) -> None:
    with suppress(FingerprintError):
        assert not any(read(content).values())


@pytest.mark.parametrize("kind", ARCHIVES)
def test_damage_gives_files_or_a_named_error(kind: str) -> None:
    chance = random.Random(kind)  # noqa: S311
    content = ARCHIVES[kind]
    for _ in range(60):
        damaged = bytearray(content)
        for _ in range(chance.choice((1, 3, 30))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        if chance.random() < 0.5:
            at = chance.choice((-1, 1)) * chance.randrange(300)
            damaged[at : at + 4] = chance.choice((b"\xff" * 4, bytes(4), b"\0\0\0\x80"))
        try:
            for one in members(io.BytesIO(bytes(damaged)), Limits()):
                one.open().read()
        except FingerprintError:
            continue


def test_natural_order() -> None:
    names = ["p1.jpg", "p02.jpg", "p10.jpg", "第一回", "第二回", "第九回", "第十回", "第十一回"]
    names += ["第二十回", "第一百零三回", "第一百二十回"]
    shuffled = random.Random(3).sample(names, len(names))  # noqa: S311
    assert sorted(shuffled, key=natural_order) == names
