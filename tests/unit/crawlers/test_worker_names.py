"""Workers are known by name, and when they are gone."""

from __future__ import annotations

import os
import subprocess
import sys

from crawlers.worker_names import is_gone, own_name


def test_this_process_is_here() -> None:
    assert own_name("crawl") == own_name("crawl")
    assert own_name("crawl") != own_name("other")
    assert not is_gone(own_name("a:b#c"))


def test_a_process_that_ended_is_gone() -> None:
    code = "from crawlers.worker_names import own_name; print(own_name('crawl'))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert is_gone(ended.stdout.strip())


def test_another_process_of_the_same_number_is_another() -> None:
    machine, pid, _ = own_name("crawl").rsplit(":", 2)
    assert int(pid) == os.getpid()
    assert is_gone(f"{machine}:{pid}:1#crawl")


def test_nothing_is_known_of_other_machines() -> None:
    assert not is_gone("elsewhere:1:2#crawl")
