"""The command line as people and scripts meet it: exit codes, JSON, both languages."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

SPEC = find_spec("skimage")
assert SPEC is not None
assert SPEC.origin is not None
PICTURES = Path(SPEC.origin).parent / "data"
MARQUE = Path(sys.executable).with_name("marque")


def marque(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MARQUE, *words, "--data", str(data)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "MARQUE_LANGUAGE": "en", **variables},
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def registered(data: Path) -> dict[str, Any]:
    done = marque(
        data, "works", "add", str(PICTURES / "chelsea.png"), "--kind", "image",
        "--title", "Chelsea", "--holder", "H", "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (work,) = lines(done)
    return work


def test_a_packed_tar_names_its_work_without_both_endings(data: Path, tmp_path: Path) -> None:
    packed = tmp_path / "pictures-1.2.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        tar.add(PICTURES / "chelsea.png", "chelsea.png")
    done = marque(data, "works", "add", str(packed), "--kind", "image", "--holder", "H", "--json")
    assert [work["title"] for work in lines(done)] == ["pictures-1.2"]


def test_a_work_is_registered_once(data: Path, registered: dict[str, Any]) -> None:
    assert set(registered) == {"work_id", "title", "kind", "parts", "seconds"}
    again = marque(
        data, "works", "add", str(PICTURES / "chelsea.png"), "--kind", "image",
        "--title", " chelsea ", "--holder", "h", "--json",
    )  # fmt: skip
    assert lines(again)[0]["work_id"] == registered["work_id"]
    (listed,) = lines(marque(data, "works", "list", "--json"))
    assert listed["id"] == registered["work_id"]
    assert [medium["modality"] for medium in listed["media"]] == ["image", "digest"]
    assert len({medium["sha256"] for medium in listed["media"]}) == 1


def test_a_folder_of_mixed_files_is_matched_in_order(
    data: Path, tmp_path: Path, registered: dict[str, Any]
) -> None:
    folder = tmp_path / "found"
    folder.mkdir()
    with Image.open(PICTURES / "chelsea.png") as picture:
        copy = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize((300, 200))
        copy.save(folder / "b-copy.jpg", quality=40)
        held = io.BytesIO()
        picture.save(held, "PNG")
    (folder / "a-stranger.png").write_bytes((PICTURES / "coffee.png").read_bytes())
    (folder / "c-truncated.png").write_bytes(held.getvalue()[:2000])
    (folder / "d-binary.txt").write_bytes(bytes(range(256)) * 20)
    (folder / "e-empty.txt").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"x")
    done = marque(data, "match", str(folder), "--jobs", "2", "--json")
    assert done.returncode == 0, done.stderr
    found = lines(done)
    assert [Path(one["path"]).name[0] for one in found] == list("abcde")
    stranger, copied, *broken = found
    assert (stranger["modality"], stranger["error"], stranger["matches"]) == ("image", None, [])
    (match,) = copied["matches"]
    assert (match["work_id"], match["title"]) == (registered["work_id"], "Chelsea")
    assert match["score"] >= 0.5
    (span,) = match["spans"]
    assert (span["copy"], span["work"]) == ([0.0, 1.0], [0.0, 1.0])
    assert match["modality"] == "image"
    assert match["granted"] is False
    assert all(one["error"] and one["matches"] == [] for one in broken)


def test_fail_on_match_is_exit_10(data: Path, registered: dict[str, Any]) -> None:
    assert registered
    copy, stranger = str(PICTURES / "chelsea.png"), str(PICTURES / "coffee.png")
    assert marque(data, "match", copy, "--fail-on-match").returncode == 10
    assert marque(data, "match", stranger, "--fail-on-match").returncode == 0


def test_a_grant_without_sites_covers_local_files(data: Path, registered: dict[str, Any]) -> None:
    marque(data, "grants", "add", "--grantor", "H", "--grantee", "G")
    (found,) = lines(marque(data, "match", str(PICTURES / "chelsea.png"), "--json"))
    assert found["matches"][0]["granted"] is True
    (grant,) = lines(marque(data, "grants", "list", "--json"))
    revoked = marque(data, "grants", "revoke", grant["id"][:8], "--reason", "unpaid", "--json")
    assert lines(revoked)[0]["revoked_because"] == "unpaid"
    (found,) = lines(marque(data, "match", str(PICTURES / "chelsea.png"), "--json"))
    assert found["matches"][0]["granted"] is False
    assert found["matches"][0]["work_id"] == registered["work_id"]


def test_files_of_one_name_in_two_folders_are_two_works(data: Path, tmp_path: Path) -> None:
    for name, picture in (("a/1.png", "chelsea"), ("b/1.png", "coffee"), ("b/1.jpg", "rocket")):
        place = tmp_path / "lib" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        source = PICTURES / f"{picture}{place.suffix}"
        place.write_bytes(source.read_bytes())
    done = marque(
        data, "works", "add", str(tmp_path / "lib"), "--kind", "image", "--holder", "H", "--json"
    )
    titles = sorted(work["title"] for work in lines(done))
    assert titles == ["a/1", "b/1.jpg", "b/1.png"], done.stderr


def test_a_name_that_is_no_utf8_costs_nothing(data: Path, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    for name in ("花猫.png".encode("gb18030"), b"z.png"):
        (folder / os.fsdecode(name)).write_bytes((PICTURES / "chelsea.png").read_bytes())
    done = marque(data, "works", "add", str(folder), "--kind", "image", "--holder", "H", "--json")
    assert {work["title"] for work in lines(done)} == {"花猫", "z"}, done.stderr
    matched = lines(marque(data, "match", str(folder), "--json"))
    assert [len(one["matches"]) for one in matched] == [2, 2]


def test_what_is_no_site_is_no_grant(data: Path) -> None:
    given = ("grants", "add", "--grantor", "H", "--grantee", "G", "--json", "--site")
    for wrong in ("", "com", "https://example.com/page", "*"):
        assert marque(data, *given, wrong).returncode == 2, wrong
    (grant,) = lines(marque(data, *given, "https://例子.com:8080/"))
    assert grant["sites"] == ["xn--fsqu00a.com:8080"]


def test_works_are_imported_from_a_table(data: Path, tmp_path: Path) -> None:
    (tmp_path / "one.png").write_bytes((PICTURES / "chelsea.png").read_bytes())
    (tmp_path / "works.csv").write_text(
        "file,kind,title,holder,aliases,isbn\n"
        "one.png,image,一只猫,权利人甲,猫|Cat,978-7-498-05646-7\n"
        "missing.png,image,没有,权利人甲\n",
        encoding="gb18030",
    )
    done = marque(data, "works", "import", str(tmp_path / "works.csv"), "--json")
    assert done.returncode == 2
    by_kind = {"error" in line: line for line in lines(done)}
    assert by_kind[True]["error"] == "unreadable"
    shown = marque(data, "works", "show", by_kind[False]["work_id"], "--json")
    (work,) = lines(shown)
    assert (work["title"], work["aliases"]) == ("一只猫", ["猫", "Cat"])
    assert work["identifiers"][0]["checked"] == "checksum"


def test_a_removed_work_is_matched_no_more(data: Path, registered: dict[str, Any]) -> None:
    assert marque(data, "works", "remove", registered["work_id"]).returncode == 0
    (found,) = lines(marque(data, "match", str(PICTURES / "chelsea.png"), "--json"))
    assert found["matches"] == []
    assert marque(data, "works", "show", registered["work_id"]).returncode == 4


def test_a_rebuilt_index_finds_the_same(data: Path, registered: dict[str, Any]) -> None:
    rebuilt = marque(data, "index", "rebuild", "--json")
    assert (rebuilt.returncode, lines(rebuilt)) == (0, [{"rebuilt": True}])
    (found,) = lines(marque(data, "match", str(PICTURES / "chelsea.png"), "--json"))
    assert [one["work_id"] for one in found["matches"]] == [registered["work_id"]]


def test_targets_are_kept_and_refuse_twins(data: Path) -> None:
    added = marque(data, "targets", "add", "https://example.com/", "--name", "试", "--json")
    (target,) = lines(added)
    assert marque(data, "targets", "add", "https://example.com/").returncode == 5
    assert marque(data, "targets", "pause", target["id"]).returncode == 0
    (listed,) = lines(marque(data, "targets", "list", "--json"))
    assert listed["paused"] is True
    assert marque(data, "targets", "remove", target["id"]).returncode == 0
    assert lines(marque(data, "targets", "list", "--json")) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), 2),
        (("works", "add"), 2),
        (("works", "show", "zzzz"), 4),
        (("cases", "show", "zzzz"), 4),
        (("cases", "confirm", "zzzz", "--reason", "r"), 4),
        (("cases", "confirm", "zzzz"), 2),
        (("crawl", "ftp://example.com/"), 2),
        (("crawl", "no-such-target"), 4),
        (("crawl", "http://127.0.0.1:9/", "--allow", "http://127.0.0.1:9"), 2),
        (("targets", "add", "not-a-url"), 2),
        (("match", "/no/such/file"), 2),
        (("grants", "add", "--grantor", "a", "--grantee", "b", "--from", "soon"), 2),
    ],
)
def test_exit_codes(data: Path, words: tuple[str, ...], code: int) -> None:
    done = marque(data, *words)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_private_host_is_refused_in_words(data: Path) -> None:
    done = marque(data, "crawl", "http://127.0.0.1:9/", "--json")
    assert done.returncode == 3
    assert lines(done)[0]["failed"] == {"forbidden_address": 1}
    assert "--allow HOST:PORT" in done.stderr


def test_a_data_folder_that_cannot_be_is_a_service_that_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = marque(tmp_path / "file" / "data", "works", "list")
    assert done.returncode == 3, done.stderr
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "marque.db").write_bytes(b"this is no database" * 100)
    assert marque(tmp_path / "bad", "works", "list").returncode == 3


def test_wrong_settings_are_named(data: Path) -> None:
    done = marque(data, "works", "list", MARQUE_CRAWL__DELAY_S="soon")
    assert done.returncode == 2
    assert "crawl.delay_s" in done.stderr
    told = json.loads(marque(data, "works", "list", "--json", MARQUE_JOBS="0").stderr)
    assert told["error"] == "InvalidSettings"


def test_people_are_spoken_to_in_their_language(data: Path) -> None:
    english = marque(data, "cases", "show", "zzzz")
    chinese = marque(data, "cases", "show", "zzzz", "--language", "zh")
    assert english.stderr.startswith("Error: ")
    assert chinese.stderr.startswith("错误：未找到")


def test_settings_and_their_origin_are_shown(data: Path) -> None:
    (shown,) = lines(marque(data, "config", "show", "--json", MARQUE_JOBS="3"))
    assert shown["data"] == {"value": str(data), "origin": "flag"}
    assert shown["jobs"] == {"value": 3, "origin": "environment"}
    assert shown["crawl.delay_s"]["origin"] == "default"


def test_the_doctor_finds_nothing_wrong(data: Path) -> None:
    done = marque(data, "doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert all(finding["ok"] for finding in json.loads(done.stdout))


def test_the_reference_is_up_to_date() -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, root / "docs" / "make_reference.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_documents_are_found_by_words_and_counted(data: Path, registered: dict[str, Any]) -> None:
    asked = ("search", "works", "chelsea", "--where", "category=image", "--facet", "holder")
    (answer,) = lines(marque(data, *asked, "--json"))
    assert [one["id"] for one in answer["items"]] == [registered["work_id"]]
    assert (answer["total"], answer["after"]) == (1, None)
    assert answer["facets"] == {"holder": [{"value": "H", "count": 1}]}
    assert marque(data, "search", "works", "--where", "nothing=1").returncode == 2
    assert "Chelsea" in marque(data, "search", "works", "CHELSEA").stdout
