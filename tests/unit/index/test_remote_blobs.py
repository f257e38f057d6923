from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import pytest
from fsspec import filesystem

from index.errors import AccessDenied, Damaged, NotFound, Unavailable
from index.remote_blobs import RemoteBlobs, RemoteLocation
from tests.s3 import bucket

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE = b"0123456789abcdef" * (1 << 17)
CONTENTS = [b"a page", b"", LARGE, b"a page"]


@pytest.fixture(scope="module")
def s3() -> Iterator[RemoteLocation]:
    with bucket() as location:
        yield location


@pytest.fixture(params=["s3", "file"])
def location(request: pytest.FixtureRequest, tmp_path: Path) -> RemoteLocation:
    if request.param == "s3":
        location: RemoteLocation = request.getfixturevalue("s3")
        return location
    return shared(tmp_path)


def shared(folder: Path, cache_bytes: int = 1 << 30) -> RemoteLocation:
    (folder / "shared").mkdir()
    return RemoteLocation(f"file://{folder}/shared", cache_bytes=cache_bytes)


def on(machine: Path, location: RemoteLocation) -> RemoteBlobs:
    return RemoteBlobs(location, machine)


def objects(location: RemoteLocation) -> dict[str, bytes]:
    scheme, _, root = location.url.partition("://")
    system = filesystem(scheme, **dict(location.options))
    return {name.removeprefix(f"{root}/"): system.cat_file(name) for name in system.find(root)}


def put_there(location: RemoteLocation, digest: str, content: bytes) -> None:
    scheme, _, root = location.url.partition("://")
    folder = f"{root}/{digest[:2]}/{digest[2:4]}"
    system = filesystem(scheme, **dict(location.options))
    system.makedirs(folder, exist_ok=True)
    system.pipe_file(f"{folder}/{digest}", content)


def test_what_one_machine_keeps_another_reads(tmp_path: Path, location: RemoteLocation) -> None:
    digests = on(tmp_path / "one", location).put_each([[one[:4], one[4:]] for one in CONTENTS])
    assert digests == [hashlib.sha256(one).hexdigest() for one in CONTENTS]
    other = on(tmp_path / "two", location)
    for digest, content in zip(digests, CONTENTS, strict=True):
        with other.open(digest) as file:
            assert file.read() == content
        assert objects(location)[f"{digest[:2]}/{digest[2:4]}/{digest}"] == content


def test_what_was_read_is_at_hand_without_the_place(tmp_path: Path) -> None:
    with bucket() as location:
        blobs = on(tmp_path, location)
        digest = blobs.put(b"a page")
    assert blobs.path(digest).read_bytes() == b"a page"


def test_nobody_has_it(tmp_path: Path, location: RemoteLocation) -> None:
    blobs = on(tmp_path, location)
    for digest in ("0" * 64, "../../etc/passwd"):
        with pytest.raises(NotFound):
            blobs.open(digest)


def test_other_bytes_under_its_name_are_not_taken_for_it(
    tmp_path: Path, location: RemoteLocation
) -> None:
    digest = hashlib.sha256(b"evidence").hexdigest()
    put_there(location, digest, b"evidenc3")
    blobs = on(tmp_path, location)
    with pytest.raises(Damaged, match=digest):
        blobs.open(digest)
    assert blobs.put(b"evidence") == digest
    assert on(tmp_path / "other", location).path(digest).read_bytes() == b"evidence"


def test_a_large_file_that_came_in_part_is_sent_again(
    tmp_path: Path, location: RemoteLocation
) -> None:
    content = LARGE + str(tmp_path).encode()
    digest = hashlib.sha256(content).hexdigest()
    put_there(location, digest, content[:-1])
    assert on(tmp_path / "one", location).put(content) == digest
    assert on(tmp_path / "two", location).path(digest).read_bytes() == content


def test_a_large_file_that_is_there_is_not_sent_again(tmp_path: Path) -> None:
    location = shared(tmp_path)
    digest = on(tmp_path / "one", location).put(LARGE)
    (there,) = (tmp_path / "shared").glob("*/*/*")
    os.utime(there, ns=(0, 0))
    assert on(tmp_path / "two", location).put(LARGE) == digest == there.name
    assert there.stat().st_mtime_ns == 0


def test_the_folder_in_front_keeps_its_size_and_what_is_in_use(tmp_path: Path) -> None:
    location = shared(tmp_path, cache_bytes=40_000)
    blobs = on(tmp_path / "one", location)
    old = [blobs.put(bytes([number]) * 10_000) for number in range(6)]
    long_ago = time.time() - 7_200
    for number, digest in enumerate(old):
        os.utime(blobs.path(digest), (long_ago + number, long_ago + number))
    blobs.open(old[0]).close()
    new = blobs.put(b"new" * 1_000)
    kept = {path.name for path in (tmp_path / "one").glob("*/*/*")}
    assert kept == {new, old[0], old[4], old[5]}
    assert [blobs.path(digest).read_bytes()[:1] for digest in old] == [bytes([n]) for n in range(6)]


def test_it_names_what_refuses_it(tmp_path: Path, s3: RemoteLocation) -> None:
    nowhere = RemoteLocation("s3://no-such-bucket/x", s3.options)
    with pytest.raises(Unavailable, match="no-such-bucket"):
        on(tmp_path, nowhere).put(b"a page")
    away = RemoteLocation(
        s3.url, (("endpoint_url", "http://127.0.0.1:9"), ("key", "k"), ("secret", "hidden"))
    )
    with pytest.raises(Unavailable, match="s3://") as raised:
        on(tmp_path, away).put(b"a page")
    assert "hidden" not in f"{raised.value} {away}"
    with pytest.raises(Unavailable, match="nosuch://"):
        on(tmp_path, RemoteLocation("nosuch://x"))
    with pytest.raises(Unavailable, match="no such place"):
        on(tmp_path / "one", RemoteLocation(f"file://{tmp_path}/not-mounted")).put(b"a page")


def test_a_place_that_may_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = on(tmp_path / "one", shared(tmp_path))

    def refused(*_: object) -> None:
        raise PermissionError("write-only key")

    monkeypatch.setattr(blobs._system, "put", refused)
    with pytest.raises(AccessDenied, match="write-only key"):
        blobs.put(b"a page")
