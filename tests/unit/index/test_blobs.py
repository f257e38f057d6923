from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

import pytest

from index.blobs import Blobs
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_what_killed_writers_left_is_swept_a_day_later_and_nothing_else(tmp_path: Path) -> None:
    digest = Blobs(tmp_path / "elsewhere").put(b"kept")
    folder = tmp_path / "blobs"
    folder.mkdir()
    long_ago = time.time() - 25 * 3600
    for name in ("incoming-old", "incoming-new", "other"):
        (folder / name).write_bytes(b"half")
    for name in ("incoming-old", "other"):
        os.utime(folder / name, (long_ago, long_ago))
    blobs = Blobs(folder)
    assert sorted(one.name for one in folder.iterdir()) == ["incoming-new", "other"]
    assert blobs.put(b"kept") == digest
    assert blobs.path(digest).read_bytes() == b"kept"


@pytest.mark.parametrize("count", [1, 2, 3, 40])
def test_several_are_kept_at_once(count: int, tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    there = blobs.put(b"content 0, in two parts")
    contents = [(b"content %d, " % number, b"in two parts") for number in range(count)]
    digests = blobs.put_each([*contents, contents[0]])
    assert digests == [
        hashlib.sha256(b"".join(one)).hexdigest() for one in (*contents, contents[0])
    ]
    assert digests[0] == there
    assert [blobs.path(one).read_bytes() for one in digests] == [
        b"".join(one) for one in (*contents, contents[0])
    ]
    assert not list(tmp_path.glob("incoming-*"))


def test_nothing_is_left_of_what_could_not_be_kept(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("the disk is gone")

    blobs = Blobs(tmp_path)
    with pytest.raises(Unavailable, match="the disk is gone"):
        blobs.put_each([(b"whole",), broken()])
    assert not list(tmp_path.iterdir())
