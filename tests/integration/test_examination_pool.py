from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawlers.errors import ExaminationCrash, ExaminationMemory, ExaminationTimeout
from crawlers.examination.pool import ExaminationPool
from crawlers.plan import ExaminationLimits
from index.documents import Sighting
from index.errors import Unavailable
from tests.examiners import Behaving, sighting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Pool = ExaminationPool[Sighting, Sighting]

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ExaminationLimits(time_s=2.0, memory_bytes=512 * 2**20)
PATIENT = ExaminationLimits(time_s=30.0, memory_bytes=512 * 2**20)

DEEDS: dict[str, tuple[type[Exception], str]] = {
    "nap 600": (ExaminationTimeout, "not done after 2 s"),
    "spin": (ExaminationTimeout, "not done after 2 s"),
    "exit 139": (ExaminationCrash, "exit code 139"),
    "exit 0": (ExaminationCrash, "exit code 0"),
    "segfault": (ExaminationCrash, "SIGSEGV in string_at"),
    "abort": (ExaminationCrash, "SIGABRT"),
    "killed": (ExaminationMemory, "killed by the system"),
    "allocate 10000000000": (ExaminationMemory, "needed more than 536,870,912 bytes"),
    "wrapped": (ExaminationMemory, "needed more than"),
    "raise no such codec": (ExaminationCrash, "ValueError: no such codec"),
    "unavailable": (Unavailable, "marque.db: disk is full"),
}


def run(scene: Callable[[Pool], Awaitable[object]], **options: object) -> None:
    """Play a scene with a pool, which is closed afterwards."""

    async def play() -> None:
        settings = {"jobs": 2, "limits": PATIENT, **options}
        pool = ExaminationPool(Behaving(), takes=Sighting, gives=Sighting, **settings)  # type: ignore[arg-type]
        try:
            await scene(pool)
        finally:
            await pool.close()

    asyncio.run(play())


async def outcome(pool: Pool, title: str) -> Sighting | Exception:
    try:
        return await pool(sighting(title))
    except Exception as error:  # noqa: BLE001  the test looks at it
        return error


async def told(pool: Pool, title: str) -> str:
    """Return what the examiner found out."""
    return (await pool(sighting(title))).modalities[0]


def test_each_misdeed_has_its_name_and_costs_nobody_else_anything() -> None:
    async def scene(pool: Pool) -> None:
        titles = [title for deed in DEEDS for title in (deed, f"pass after {deed}")]
        outcomes = await asyncio.gather(*(outcome(pool, title) for title in titles))
        for title, found in zip(titles, outcomes, strict=True):
            if title in DEEDS:
                kind, words = DEEDS[title]
                assert type(found) is kind, (title, found)
                assert words in str(found)
            else:
                assert not isinstance(found, Exception), (title, found)
                assert found.id == title
                assert found.examined_at is not None

    run(scene, limits=LIMITS)


def test_a_process_serves_again_until_its_time_is_up() -> None:
    async def scene(pool: Pool) -> None:
        processes = [await told(pool, "pid") for _ in range(6)]
        assert processes[0] == processes[1] != processes[2] == processes[3] != processes[4]

    run(scene, jobs=1, tasks_per_process=2)


def test_a_process_that_dies_between_two_sightings_costs_neither() -> None:
    async def scene(pool: Pool) -> None:
        process = int(await told(pool, "pid"))
        os.kill(process, signal.SIGKILL)
        assert int(await told(pool, "pid")) != process

    run(scene, jobs=1)


def test_what_dies_in_a_process_that_served_others_is_tried_in_a_fresh_one(tmp_path: Path) -> None:
    async def scene(pool: Pool) -> None:
        first = await outcome(pool, f"die-once {tmp_path / 'fresh'}")
        assert isinstance(first, ExaminationCrash)  # nobody else can be blamed
        await told(pool, "pass")
        assert await told(pool, f"die-once {tmp_path / 'used'}") == "passed"

    run(scene, jobs=1)


def test_no_more_are_examined_at_once_than_there_are_jobs() -> None:
    async def scene(pool: Pool) -> None:
        processes = await asyncio.gather(*(told(pool, "pid") for _ in range(40)))
        assert len(set(processes)) <= 2

    run(scene)


def test_processes_use_one_thread_and_hold_nothing_of_ours(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    async def scene(pool: Pool) -> None:
        assert await told(pool, "environment OPENBLAS_NUM_THREADS") == "1"
        await told(pool, "shout noise")
        held = await told(pool, "descriptors")
        assert str(tmp_path) not in held
        assert held.count("socket:") == 1  # the line to here

    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)  # noqa: FBT003  a positional-only argument
        run(scene, jobs=1)
    assert "noise" not in "".join(capfd.readouterr())
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_what_waits_is_done_together_and_what_fails_together_alone() -> None:
    async def scene(pool: Pool) -> None:
        titles = ["pass", "pass again", "raise no such codec", "segfault", "pass at last"]
        busy = asyncio.create_task(told(pool, "nap 0.5"))
        await asyncio.sleep(0.1)
        outcomes = await asyncio.gather(*(outcome(pool, title) for title in titles))
        found = [type(one) if isinstance(one, Exception) else one.modalities for one in outcomes]
        assert found == [("passed",), ("passed",), ExaminationCrash, ExaminationCrash, ("passed",)]
        await busy
        busy = asyncio.create_task(told(pool, "nap 0.5"))
        await asyncio.sleep(0.1)
        assert await asyncio.gather(*(told(pool, "batch") for _ in range(6))) == ["3"] * 6
        await busy

    run(scene, jobs=1, together=3)


def test_an_examiner_that_cannot_be_made_blames_no_sighting() -> None:
    async def scene() -> None:
        pool = ExaminationPool(
            Behaving(broken=True), takes=Sighting, gives=Sighting, jobs=1, limits=LIMITS
        )
        with pytest.raises(Unavailable, match=r"marque\.db: disk I/O error"):
            await pool(sighting("pass"))
        await pool.close()

    asyncio.run(scene())


def test_closing_waits_for_what_was_asked_for() -> None:
    async def scene(pool: Pool) -> None:
        asked = [asyncio.ensure_future(told(pool, "nap 0.1")) for _ in range(4)]
        await asyncio.sleep(0)
        await pool.close()
        assert [task.exception() for task in asked] == [None] * 4
        await pool.close()

    run(scene)


def test_killing_does_not_wait() -> None:
    async def scene(pool: Pool) -> None:
        process = int(await told(pool, "pid"))
        asked = [asyncio.ensure_future(told(pool, "nap 600")) for _ in range(3)]
        await asyncio.sleep(0.3)
        pool.kill()
        await asyncio.wait(asked)
        assert all(task.cancelled() for task in asked)
        assert _end([process])

    run(scene, limits=ExaminationLimits(time_s=300.0))


def test_a_timeout_ends_what_the_process_started_as_well(tmp_path: Path) -> None:
    note = tmp_path / "child"

    async def scene(pool: Pool) -> None:
        assert isinstance(await outcome(pool, f"spawn {note}"), ExaminationTimeout)

    run(scene, limits=LIMITS)
    assert _end([int(note.read_text())])


@pytest.mark.parametrize("deed", ["spin", "nap 600"])
def test_nothing_outlives_a_killed_parent(deed: str, tmp_path: Path) -> None:
    notes = [tmp_path / "child", tmp_path / "pid"]
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, deed, *map(str, notes)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert parent.stdout is not None
    assert parent.stdout.readline() == b"started\n"
    while not all(note.exists() and note.read_text() for note in notes):
        time.sleep(0.02)
    family = [process for process in _descendants(parent.pid) if process != parent.pid]
    assert len(family) >= 4  # fork server, resource tracker, two that examine, what one started
    parent.kill()
    assert parent.stdout.read() == b""  # ends when the last process that holds it has ended
    parent.stdout.close()
    parent.wait()
    assert _end(family)


PARENT = """
import asyncio, sys
from crawlers.examination.pool import ExaminationPool
from crawlers.plan import ExaminationLimits
from pathlib import Path
from index.documents import Sighting
from tests.examiners import Behaving, sighting

async def main():
    deed, child, pid = sys.argv[1:]
    limits = ExaminationLimits(time_s=300)
    pool = ExaminationPool(Behaving(), takes=Sighting, gives=Sighting, jobs=2, limits=limits)
    spawning = asyncio.ensure_future(pool(sighting(f"spawn {child}")))
    Path(pid).write_text((await pool(sighting("pid"))).modalities[0])
    print("started", flush=True)
    await asyncio.gather(spawning, pool(sighting(deed)))

asyncio.run(main())
"""


def _end(processes: list[int]) -> bool:
    """Whether all of them end soon; a signal needs a moment to arrive."""
    deadline = time.monotonic() + 10
    while any(map(_lives, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(_lives, processes))


def _lives(process: int) -> bool:
    """Whether a process runs; one that has ended and waits to be collected doesn't."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _descendants(process: int) -> list[int]:
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in _descendants(int(child)))]
