"""What a program says of itself: never evidence of a copy, always worth showing with one."""

from __future__ import annotations

import hashlib
import json
import plistlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fingerprints.app import binary_xml
from fingerprints.app.libraries import is_library

if TYPE_CHECKING:
    from fingerprints.app.binary_xml import Element

_MOST_SIGNERS: Final = 8
_LABEL: Final = 0x01010001
_NAME: Final = 0x01010003
_MOST_CLASSES: Final = 3  # activities that come first are the maker's, those of libraries follow
_LEAST_PARTS: Final = 2
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
    own: tuple[str, ...] = ()
    """Packages that the program's own classes are in, by its manifest; with their last dots."""

    def signed_as(self, other: Identity) -> bool:
        """Tell whether both show one certificate."""
        return not set(self.certificates).isdisjoint(other.certificates)


def of_manifest(content: bytes) -> Identity:
    """Read a compiled AndroidManifest.xml as far as it goes."""
    package = version = label = ""
    classes: list[str] = []
    for number, element in enumerate(binary_xml.elements(content)):
        if element.name == "manifest" and not package:
            package = _text(element, "package", 0)
            name = _text(element, "versionName", _VERSION_NAME)
            code = _text(element, "versionCode", _VERSION_CODE)
            version = f"{name} ({code})" if name and code else name or code
        elif element.name == "application":
            label = _text(element, "label", _LABEL)
            classes.append(_text(element, "name", _NAME))
        elif element.name == "activity" and len(classes) < _MOST_CLASSES:
            classes.append(_text(element, "name", _NAME))
        if number > _ELEMENTS:
            break
    return Identity(package, version, label, own=_own(package, classes))


def _own(package: str, classes: list[str]) -> tuple[str, ...]:
    """Return the packages of the named classes that aren't a known library's, made wider by one.

    "com.maker.game.Main" tells of "com.maker.", since the rest of the program may lie beside it.
    """
    named = [one.rpartition(".")[0] for one in classes if not one.startswith(".")]
    wider = [_wider(one) for one in (package, *filter(None, named))]
    return tuple(dict.fromkeys(one for one in wider if one and not _of_library(one)))


def _wider(package: str) -> str:
    parts = package.split(".")
    if len(parts) < _LEAST_PARTS:
        return ""
    return ".".join(parts[: max(_LEAST_PARTS, len(parts) - 1)]) + "."


def _of_library(package: str) -> bool:
    return is_library(b"L" + package.replace(".", "/").encode("utf-8", "replace"))


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


def of_provision(content: bytes) -> Identity:
    """Read who signed an iOS app: the certificates in the property list that CMS is around."""
    start, end = content.find(b"<?xml"), content.rfind(b"</plist>")
    try:
        facts = plistlib.loads(content[start : end + 8]) if 0 <= start < end else {}
        certificates = facts.get("DeveloperCertificates", [])[:_MOST_SIGNERS]
        return Identity(
            certificates=tuple(
                hashlib.sha256(one).hexdigest() for one in certificates if isinstance(one, bytes)
            )
        )
    except Exception:  # noqa: BLE001 (the parser raises anything on hostile bytes)
        return Identity()


def of_module(content: bytes) -> Identity:
    """Read what a HarmonyOS module says of itself, in its older form or its newer."""
    try:
        app = json.loads(content)["app"]
        package, name, code = (app.get(key) for key in ("bundleName", "versionName", "versionCode"))
        of_old = app.get("version")
        if isinstance(of_old, dict):
            name, code = of_old.get("name", name), of_old.get("code", code)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Identity()
    said = [str(one)[:_LONGEST] if isinstance(one, str | int) else "" for one in (name, code)]
    version = f"{said[0]} ({said[1]})" if all(said) else said[0] or said[1]
    return Identity(package[:_LONGEST] if isinstance(package, str) else "", version)


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
