"""Makes small programs in the real formats: .dex, compiled XML, resource tables, APKs."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FRAMEWORK = ("Landroid/util/Log;", "Ljava/lang/String;", "Landroid/view/View;")
VERBS = ("close", "draw", "equals", "getId", "length", "valueOf", "wtf")
_HEADER = 0x70


@dataclass(frozen=True)
class Method:
    """`units`: the 16-bit units of its code."""

    units: tuple[int, ...]


@dataclass(frozen=True)
class Made:
    """A program before it is written: names may change, what it does may not."""

    strings: tuple[str, ...]
    methods: tuple[Method, ...]


def made(seed: int, methods: int = 60) -> Made:
    """Make up a program: instructions and strings by chance, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311 (made up)
    strings = tuple(f"said by {seed}, sentence {n} of it" for n in range(methods))
    return Made(strings, tuple(_method(chance, methods) for _ in range(methods)))


def _method(chance: random.Random, strings: int) -> Method:
    units: list[int] = []
    for _ in range(chance.randrange(15, 60)):
        kind = chance.randrange(6)
        if kind == 0:
            units += [0x0012 | chance.randrange(16) << 12]
        elif kind == 1:
            units += [0x0090 + chance.randrange(11), 0x0100]
        elif kind == 2:
            units += [0x001A, chance.randrange(strings)]
        elif kind == 3:
            units += [0x1000 | 0x6E, chance.randrange(len(FRAMEWORK) * len(VERBS)), 0]
        elif kind == 4:
            units += [0x0035 + chance.randrange(8), 2]
        else:
            units += [0x0001 | chance.randrange(16) << 8]
    return Method((*units, 0x000E))


def dex(program: Made, package: str = "com/maker/game", classes: int = 3) -> bytes:
    """Write a valid .dex: its methods dealt out to so many classes, strings as they are used."""
    own = [f"L{package}/C{number};" for number in range(classes)]
    names = [f"m{number}" for number in range(len(program.methods))]
    types = sorted([*own, *FRAMEWORK, "V"])
    # The tests' reader of strings goes by number, so those of the code come first.
    pool = [*program.strings, *sorted({*types, *VERBS, *names})]
    number = {text: at for at, text in enumerate(pool)}
    kind = {text: at for at, text in enumerate(types)}
    members = [(kind[owner], number[verb]) for owner in FRAMEWORK for verb in VERBS]
    first = len(members)
    members += [(kind[own[at % classes]], number[name]) for at, name in enumerate(names)]
    return _Writer(pool, types, members, first, own, program.methods).written()


class _Writer:
    def __init__(
        self,
        pool: Sequence[str],
        types: Sequence[str],
        members: Sequence[tuple[int, int]],
        first: int,
        own: Sequence[str],
        methods: Sequence[Method],
    ) -> None:
        self.pool, self.types, self.members = pool, types, members
        self.first, self.own, self.methods = first, own, methods

    def written(self) -> bytes:
        number = {text: at for at, text in enumerate(self.pool)}
        kind = {text: at for at, text in enumerate(self.types)}
        sizes = (len(self.pool), len(self.types), 1, 0, len(self.members), len(self.own))
        offsets, at = [], _HEADER
        for size, width in zip(sizes, (4, 4, 12, 8, 8, 32), strict=True):
            offsets.append(at if size else 0)
            at += size * width
        data_at, data = at, bytearray()

        def put(piece: bytes, align: int = 1) -> int:
            data.extend(bytes(-(data_at + len(data)) % align))
            data.extend(piece)
            return data_at + len(data) - len(piece)

        codes = [
            put(struct.pack("<4H2I", 16, 1, 3, 0, 0, len(one.units)) + _units(one.units), 4)
            for one in self.methods
        ]
        datas = [put(self._class_data(codes, at)) for at in range(len(self.own))]
        strings = [put(_uleb(len(one)) + one.encode() + b"\0", 1) for one in self.pool]
        tables = struct.pack(f"<{sizes[0]}I", *strings)
        tables += struct.pack(f"<{sizes[1]}I", *(number[one] for one in self.types))
        tables += struct.pack("<3I", number["V"], kind["V"], 0)
        tables += b"".join(struct.pack("<2HI", owner, 0, name) for owner, name in self.members)
        for one, place in zip(self.own, datas, strict=True):
            none = 0xFFFFFFFF
            tables += struct.pack("<8I", kind[one], 1, none, 0, none, 0, place, 0)
        rows = [(0, 1, 0), *_rows(sizes, offsets), (0x2001, len(codes), codes[0])]
        rows += [(0x2000, len(datas), datas[0]), (0x2002, len(strings), strings[0])]
        map_at = put(b"", 4)
        rows.append((0x1000, 1, map_at))
        put(
            struct.pack("<I", len(rows))
            + b"".join(struct.pack("<HHII", k, 0, n, o) for k, n, o in rows)
        )
        pairs = [value for pair in zip(sizes, offsets, strict=True) for value in pair]
        body = struct.pack(
            "<20I",
            data_at + len(data),
            _HEADER,
            0x12345678,
            0,
            0,
            map_at,
            *pairs,
            len(data),
            data_at,
        )
        body += tables + bytes(data)
        signed = hashlib.sha1(body).digest() + body  # noqa: S324 (the format's)
        return b"dex\n035\0" + struct.pack("<I", zlib.adler32(signed)) + signed

    def _class_data(self, codes: Sequence[int], which: int) -> bytes:
        mine = range(which, len(codes), len(self.own))
        found, before = _uleb(0) + _uleb(0) + _uleb(len(mine)) + _uleb(0), 0
        for at in mine:
            found += _uleb(self.first + at - before) + _uleb(9) + _uleb(codes[at])
            before = self.first + at
        return found


def _rows(sizes: Sequence[int], offsets: Sequence[int]) -> list[tuple[int, int, int]]:
    kinds = range(1, 7)
    return [row for row in zip(kinds, sizes, offsets, strict=True) if row[1]]


def _units(units: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(units)}H", *units)


def _uleb(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def pool(texts: Sequence[str]) -> bytes:
    """Write a string pool in UTF-8."""
    pieces = [bytes([len(one), len(one.encode())]) + one.encode() + b"\0" for one in texts]
    offsets, at = [], 0
    for piece in pieces:
        offsets.append(at)
        at += len(piece)
    body = b"".join(pieces)
    body += bytes(-len(body) % 4)
    start = 28 + 4 * len(texts)
    head = struct.pack("<2HI5I", 1, 28, start + len(body), len(texts), 0, 0x100, start, 0)
    return head + struct.pack(f"<{len(texts)}I", *offsets) + body


def xml(tags: Sequence[tuple[str, Mapping[str, str | int]]]) -> bytes:
    """Write compiled XML of start tags; attributes are strings or numbers."""
    texts = sorted(
        {text for tag, facts in tags for text in (tag, *facts, *map(str, facts.values()))}
    )
    number = {text: at for at, text in enumerate(texts)}
    body = pool(texts)
    for tag, facts in tags:
        attributes = b"".join(
            struct.pack("<3IHBBI", 0xFFFFFFFF, number[name], number[value], 8, 0, 3, number[value])
            if isinstance(value, str)
            else struct.pack("<3IHBBI", 0xFFFFFFFF, number[name], 0xFFFFFFFF, 8, 0, 16, value)
            for name, value in facts.items()
        )
        head = struct.pack("<6I", 1, 0xFFFFFFFF, 0xFFFFFFFF, number[tag], 20 << 16 | 20, len(facts))
        body += struct.pack("<2HI", 0x0102, 16, 32 + len(attributes) + 4)
        body += head[:16] + struct.pack("<6H", 20, 20, len(facts), 0, 0, 0) + attributes
    return struct.pack("<2HI", 3, 8, 8 + len(body)) + body


def table(texts: Mapping[str, str]) -> bytes:
    """Write a resource table of texts by their names."""
    values, keys = pool(list(texts.values())), pool(list(texts))
    entries = b"".join(struct.pack("<2HI2HI", 8, 0, at, 8, 3 << 8, at) for at in range(len(texts)))
    head = 20 + 36
    offsets = struct.pack(f"<{len(texts)}I", *range(0, 16 * len(texts), 16))
    start = head + len(offsets)
    kind = struct.pack(
        "<2HI4B2I", 0x0201, head, start + len(entries), 1, 0, 0, 0, len(texts), start
    )
    kind += bytes(36) + offsets + entries
    size = 288 + len(keys) + len(kind)
    package = struct.pack("<2HII", 0x0200, 288, size, 0x7F) + bytes(256)
    package += struct.pack("<5I", 0, 0, 288, 0, 0) + keys + kind
    return struct.pack("<2HII", 2, 12, 12 + len(values) + len(package), 1) + values + package


def picture(seed: int, quality: int | None = None) -> bytes:
    """Draw a picture with much in it; as PNG, or as JPEG of that quality."""
    chance = random.Random(seed)  # noqa: S311 (made up)
    image = Image.new("RGB", (192, 192), _colour(chance))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y, size = (chance.randrange(limit) for limit in (180, 180, 60))
        draw.ellipse((x, y, x + size + 4, y + size + 4), fill=_colour(chance))
    file = io.BytesIO()
    if quality is None:
        image.save(file, "PNG")
    else:
        image.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _colour(chance: random.Random) -> tuple[int, int, int]:
    return chance.randrange(256), chance.randrange(256), chance.randrange(256)


def manifest(package: str, label: str = "Game") -> bytes:
    """Write an AndroidManifest.xml."""
    facts: dict[str, str | int] = {"package": package, "versionCode": 7, "versionName": "1.2"}
    return xml([("manifest", facts), ("application", {"label": label})])


def layout(seed: int) -> bytes:
    """Write a compiled layout."""
    chance = random.Random(seed)  # noqa: S311 (made up)
    tags = ("LinearLayout", "TextView", "Button", "ImageView")
    facts: list[dict[str, str | int]] = [
        {"width": chance.randrange(999), "height": chance.randrange(999)} for _ in range(8)
    ]
    return xml([(chance.choice(tags), one) for one in facts])


def resources(seed: int, pictures: int = 4, texts: int = 40) -> dict[str, bytes]:
    """Make up the resources of an app."""
    said = {f"name_{n}": f"words of app {seed}, number {n}" for n in range(texts)}
    found = {f"res/layout/main_{n}.xml": layout(1000 * seed + n) for n in range(8)}
    found |= {f"res/drawable/picture_{n}.png": picture(1000 * seed + n) for n in range(pictures)}
    return found | {"resources.arsc": table(said)}


def apk(members: Mapping[str, bytes], package: str = "com.maker.game") -> bytes:
    """Pack an APK; the same bytes for the same members."""
    return zipped({"AndroidManifest.xml": manifest(package), **members})


def zipped(members: Mapping[str, bytes]) -> bytes:
    """Pack a zip, without times."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def noise(seed: int, size: int) -> bytes:
    """Bytes without a pattern, such as a native library's."""
    return random.Random(seed).randbytes(size)  # noqa: S311 (made up)
