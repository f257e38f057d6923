"""Identifiers of works: their scheme, their normal form, and how far they were checked."""

from __future__ import annotations

import re
import unicodedata
from importlib import import_module

from stdnum.exceptions import ValidationError

from fingerprints.digest import known_hash
from index.documents import Identifier

_STANDARD = frozenset({"grid", "isan", "isbn", "ismn", "isni", "isrc", "issn"})
"""Schemes whose check digits python-stdnum knows."""

_FORMS = {
    # 国作登字-2023-F-00123456: region, year, class letter, serial.
    "作品登记号": re.compile(r".{1,3}作登字-\d{4}-[A-Z]-[A-Z]?\d{7,}"),
    "软件著作权登记号": re.compile(r"\d{4}SR\d{6,7}"),
    "doi": re.compile(r"10\.\d{4,}/\S+"),
    "eidr": re.compile(r"10\.5240/([0-9A-F]{4}-){5}[0-9A-Z]"),
}
_BRACKETS = str.maketrans("【［[（(】］]）)", "〔〔〔〔〔〕〕〕〕〕")


def identifier(scheme: str, raw: str) -> Identifier:
    """Normalise an identifier and say how far it was checked.

    What has no known scheme or a wrong form is kept all the same, marked unchecked.
    """
    scheme = scheme.strip().casefold()
    value = unicodedata.normalize("NFKC", raw).strip()
    if scheme in _STANDARD:
        try:
            value = import_module(f"stdnum.{scheme}").validate(value)
        except ValidationError:
            return Identifier(scheme=scheme, raw=raw, value=value)
        return Identifier(scheme=scheme, raw=raw, value=value, checked="checksum")
    if known := known_hash(f"{scheme}:{value}"):
        kind, _, value = known.partition(":")
        return Identifier(scheme=kind, raw=raw, value=value, checked="format")
    value = value.translate(_BRACKETS).upper()
    form = _FORMS.get(scheme)
    fits = form is not None and form.fullmatch(value) is not None
    return Identifier(
        scheme=scheme, raw=raw, value=value, checked="format" if fits else "unchecked"
    )
