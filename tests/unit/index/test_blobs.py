from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from index.blobs import Blobs

if TYPE_CHECKING:
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
