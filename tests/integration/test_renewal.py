"""What an older version of the program has printed is printed anew, and found again."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from index.changing import change
from index.contract import OwnerId, Query
from index.documents import Work
from index.store import StoreLocation, open_store
from tests.e2e.program import Program

SPEC = find_spec("skimage")
assert SPEC is not None
assert SPEC.origin is not None
PICTURES = Path(SPEC.origin).parent / "data"
HERE = ("--data", "data", "--json")


def age(data: Path) -> None:
    """Make all works look as if an older version had printed them."""
    store = open_store(StoreLocation(data))

    def aged(old: Work) -> tuple[Work, tuple[()]]:
        media = tuple(one.model_copy(update={"version": 0}) for one in old.media)
        return old.model_copy(update={"media": media}), ()

    for stored in store.records.find(Query(Work)).items:
        for medium in stored.record.media:
            owner = OwnerId("work", stored.record.id, medium.sha256)
            print_ = store.fingerprints.load(owner, medium.modality)
            store.fingerprints.add(owner, replace(print_, version=0))
        change(store.records, Work, stored.record.id, aged)


def matches(program: Program, path: Path) -> int:
    return len(program.run("match", str(path), *HERE).object["matches"])


def test_older_prints_match_nothing_until_they_are_renewed(tmp_path: Path) -> None:
    program = Program(tmp_path)
    picture = PICTURES / "chelsea.png"
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in ("coffee.png", "rocket.jpg"):
            file.write(PICTURES / name, name)
    added = program.run(
        *("works", "add", str(picture), str(archive), "--kind", "image", "--holder", "H", *HERE)
    )
    assert added.code == 0, added.err
    before = {one["id"]: one["media"] for one in program.run("works", "list", *HERE).objects}
    assert matches(program, picture) == 1
    age(tmp_path / "data")
    unmatched = program.run("match", str(picture), *HERE)
    assert unmatched.object["matches"] == []
    assert "marque index rebuild --media" in unmatched.err
    renewed = program.run("index", "rebuild", "--media", *HERE)
    assert renewed.object == {"rebuilt": True, "works": 2, "sightings": 0}
    assert matches(program, picture) == 1
    after = {one["id"]: one["media"] for one in program.run("works", "list", *HERE).objects}
    assert after == before
    assert program.run("index", "rebuild", "--media", *HERE).object["works"] == 0


def test_a_file_that_is_no_longer_kept_stays_as_it_is(tmp_path: Path) -> None:
    program = Program(tmp_path)
    picture = PICTURES / "chelsea.png"
    program.run("works", "add", str(picture), "--kind", "image", "--holder", "H", *HERE)
    age(tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "blobs")
    renewed = program.run("index", "rebuild", "--media", *HERE)
    assert renewed.code == 0, renewed.err
    assert renewed.object == {"rebuilt": True, "works": 0, "sightings": 0}
