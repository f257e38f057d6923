"""Standards: the numbers that a page shows, and the registered works that carry them.

Numbers have the forms of 国家标准管理办法 (2022) and GB/T 1.1-2020 for Chinese standards, and those
of ISO, IEC and other bodies. Chinese ones are taken with their year only: "GB 12" is anything.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

from index.contract import Query
from index.documents import Work, WorkKind
from index.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.contract import Records

_MOST_CHARACTERS: Final = 120_000
_MOST_WORKS: Final = 100_000
_FRESH_S: Final = 600.0
_BODIES: Final = (
    "CJJ|GBJ|GBZ|GJB|GSB|JGJ|JJF|JJG|JTG|AQ|BB|CB|CH|CJ|CY|DA|DL|DY|DZ|EJ|FZ|GA|GB|GC|GD|GH|GM"
    "|GY|HB|HG|HJ|HS|HY|JB|JC|JG|JR|JT|JY|LB|LD|LS|LY|MH|MT|MZ|NB|NY|QB|QC|QJ|QX|RB|SB|SC|SF|SH"
    "|SJ|SL|SN|SW|SY|TB|TD|TY|WB|WH|WJ|WM|WS|WW|XB|XF|YB|YC|YD|YS|YY|YZ|ZY"
)
_SLASH: Final = r"[ _]?[/\u2215_]?[ _]?"
_CHINESE: Final = re.compile(
    rf"(?<![A-Z0-9])(?:(?P<body>{_BODIES}|DB ?\d{{2,6}})(?:{_SLASH}(?P<kind>[TZ]))?"
    rf"|T ?[/\u2215_] ?(?P<group>[A-Z]{{2,10}}))"
    r"[ _]{0,2}(?P<number>\d{1,6}(?:\.\d{1,3}){0,2})"
    r" ?[-\u2010-\u2015]{1,2} ?(?P<year>(?:19|20)\d\d|[5-9]\d)(?!\d)"
)
_INTERNATIONAL: Final = re.compile(
    r"(?<![A-Z0-9])(?P<body>ISO(?: ?/ ?(?:IEC|TS|TR|PAS))?|IEC(?: ?/ ?(?:TS|TR))?"
    r"|IEEE|ASTM|DIN|BS EN|DIN EN|EN|JIS|ANSI|ITU-T|UL)"
    r" ?(?:STD )?(?P<number>[A-Z]?[.]?\d{2,5}(?:[.-]\d{1,3}){0,2})"
    r"(?:[:-](?P<year>(?:19|20)\d\d))?(?!\d)"
)
_LEAST_DIGITS: Final = 3


def numbers_in(text: str) -> Iterator[str]:
    """Yield the numbers of standards in a text, as they are written: "GB/T 1234.1-2020"."""
    text = unicodedata.normalize("NFKC", text[:_MOST_CHARACTERS]).upper()
    text = " ".join(text.split())
    for found in _CHINESE.finditer(text):
        yield _chinese(found)
    for found in _INTERNATIONAL.finditer(text):
        digits = sum(sign.isdigit() for sign in found["number"])
        if digits >= _LEAST_DIGITS and (found["year"] or digits > _LEAST_DIGITS):
            year = f":{found['year']}" if found["year"] else ""
            yield f"{found['body'].replace(' /', '/').replace('/ ', '/')} {found['number']}{year}"


def _chinese(found: re.Match[str]) -> str:
    body = f"T/{found['group']}" if found["group"] else found["body"].replace(" ", "")
    kind = f"/{found['kind']}" if found["kind"] else ""
    year = found["year"] if len(found["year"]) > 2 else f"19{found['year']}"  # noqa: PLR2004
    return f"{body}{kind} {found['number']}-{year}"


class RegisteredStandards:
    """The registered works by the numbers that they carry; read anew after some minutes."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._works: dict[str, list[str]] = {}
        self._until = 0.0

    def works_of(self, numbers: Iterable[str]) -> list[str]:
        """Return the ids of the works that carry one of the numbers. Raises `Unavailable`."""
        if time.monotonic() >= self._until:
            self._works, self._until = self._read(), time.monotonic() + _FRESH_S
        found = (id for number in numbers for id in self._works.get(number, ()))
        return list(dict.fromkeys(found))

    def _read(self) -> dict[str, list[str]]:
        works: defaultdict[str, list[str]] = defaultdict(list)
        registered = scan(self._records, Query(Work, {"category": WorkKind.STANDARD.value}))
        for stored in islice(registered, _MOST_WORKS):
            work = stored.record
            said = (*(one.raw for one in work.identifiers), work.title, *work.aliases)
            for number in {number for one in said for number in numbers_in(one)}:
                works[number].append(work.id)
        return works
