"""Compiled XML and resource tables."""

from __future__ import annotations

from fingerprints.app import binary_xml, identity, resource_table
from tests.unit.fingerprints.app import programs


def test_texts_of_the_app_are_told_and_those_of_libraries_are_not() -> None:
    texts = {"welcome": "Good morning, pilot", "abc_action_bar_up": "Navigate up", "m": "res/a.xml"}
    assert resource_table.strings(programs.table(texts)) == ["Good morning, pilot"]


def test_a_table_cut_anywhere_gives_what_is_there() -> None:
    whole = programs.table({f"name{n}": f"text number {n}" for n in range(20)})
    for end in range(0, len(whole), 7):
        assert len(resource_table.strings(whole[:end])) <= 20


def test_a_skeleton_does_not_change_with_texts_and_references() -> None:
    facts: dict[str, str | int] = {"id": "@+id/a", "width": 3, "height": 4}
    plain = programs.xml([("LinearLayout", facts)] * 5)
    other = programs.xml([("LinearLayout", facts | {"id": "@+id/other"})] * 5)
    wider = programs.xml([("LinearLayout", facts | {"width": 9})] * 5)
    assert binary_xml.skeleton(plain) == binary_xml.skeleton(other)
    assert binary_xml.skeleton(plain) != binary_xml.skeleton(wider)


def test_little_xml_says_nothing() -> None:
    assert binary_xml.skeleton(programs.xml([("selector", {"a": 1})])) is None


def test_a_manifest_says_package_version_and_title() -> None:
    found = identity.of_manifest(programs.manifest("org.maker", "Flight"))
    assert (found.package, found.version, found.label) == ("org.maker", "1.2 (7)", "Flight")


def test_a_manifest_cut_anywhere_is_read_as_far_as_it_goes() -> None:
    whole = programs.manifest("org.maker")
    for end in range(len(whole)):
        assert identity.of_manifest(whole[:end]).package in {"", "org.maker"}


def test_a_property_list_is_read_and_a_broken_one_is_not() -> None:
    assert identity.of_property_list(b"bplist00\xff\xff").package == ""
    plist = b"<plist><dict><key>CFBundleIdentifier</key><string>a.b</string></dict></plist>"
    assert identity.of_property_list(plist).package == "a.b"


def test_one_certificate_makes_two_files_one_makers() -> None:
    ours = identity.Identity(certificates=("aa", "bb"))
    assert ours.signed_as(identity.Identity(certificates=("bb",)))
    assert not ours.signed_as(identity.Identity())
