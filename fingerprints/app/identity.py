"""What a program says of itself: never evidence of a copy, always worth showing with one."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fingerprints.app import binary_xml

if TYPE_CHECKING:
    from fingerprints.app.binary_xml import Element

_LABEL: Final = 0x01010001
_VERSION_CODE: Final = 0x0101021B
_VERSION_NAME: Final = 0x0101021C
_REFERENCE: Final = 1
_LONGEST: Final = 200
_ELEMENTS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Identity:
    """Names as the file gives them; "" where it gives none.

    `certificates`: SHA-256 (hex) of the signers'. A copy signed by the holder's own certificate is
    another version of the holder's.
    """

    package: str = ""
    version: str = ""
    label: str = ""
    certificates: tuple[str, ...] = ()

    def signed_as(self, other: Identity) -> bool:
        """Tell whether both show one certificate."""
        return not set(self.certificates).isdisjoint(other.certificates)


def of_manifest(content: bytes) -> Identity:
    """Read a compiled AndroidManifest.xml as far as it goes."""
    package = version = label = ""
    for number, element in enumerate(binary_xml.elements(content)):
        if element.name == "manifest" and not package:
            package = _text(element, "package", 0)
            name = _text(element, "versionName", _VERSION_NAME)
            code = _text(element, "versionCode", _VERSION_CODE)
            version = f"{name} ({code})" if name and code else name or code
        elif element.name == "application":
            label = _text(element, "label", _LABEL)
            break
        if number > _ELEMENTS:
            break
    return Identity(package, version, label)


def of_property_list(content: bytes) -> Identity:
    """Read an Info.plist, binary or XML; empty where it can't be read."""
    try:
        facts = plistlib.loads(content)
        found = [facts.get(key) for key in _KEYS]
    except Exception:  # noqa: BLE001 (the parser raises anything on hostile bytes)
        return Identity()
    package, short, build, shown, name = (one if isinstance(one, str) else "" for one in found)
    version = f"{short} ({build})" if short and build else short or build
    return Identity(package[:_LONGEST], version[:_LONGEST], (shown or name)[:_LONGEST])


_KEYS: Final = (
    "CFBundleIdentifier",
    "CFBundleShortVersionString",
    "CFBundleVersion",
    "CFBundleDisplayName",
    "CFBundleName",
)


def _text(element: Element, name: str, resource: int) -> str:
    """Return an attribute's text, also of a number; "" for what only refers to resources."""
    for one in element.attributes:
        if one.name == name or (resource and one.resource == resource):
            if isinstance(one.value, int):
                return "" if one.kind == _REFERENCE else str(one.value)
            return one.value[:_LONGEST]
    return ""
