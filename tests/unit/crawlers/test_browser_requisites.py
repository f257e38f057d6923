from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawlers.browser import launcher
from crawlers.browser.folders import new_folder, remove
from crawlers.browser.locate import chromium_path
from crawlers.browser.options import BrowserOptions
from crawlers.browser.processes import kill, parent_of, tree
from crawlers.browser.requisites import Asking, refusal
from crawlers.browser.shelf import Answer, Shelf
from index.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = "https://www.example.com/book/1"
OPTIONS = BrowserOptions()


def asking(url: str = "https://cdn.example/x", kind: str = "script", **more: object) -> Asking:
    facts = {"method": "GET", "navigates": False, "frame": "page", **more}
    return Asking(url=url, kind=kind, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["script", "stylesheet", "xhr", "fetch", "image"])
def test_what_a_page_is_built_from_may_come_from_anywhere(kind: str) -> None:
    assert refusal(asking(kind=kind), PAGE, OPTIONS) is None


@pytest.mark.parametrize(
    "kind", ["media", "font", "eventsource", "websocket", "manifest", "texttrack", "ping", "other"]
)
def test_what_a_page_is_not_built_from_is_not_loaded(kind: str) -> None:
    assert refusal(asking(kind=kind), PAGE, OPTIONS) == kind


def test_pictures_are_loaded_for_screenshots_only() -> None:
    assert refusal(asking(kind="image"), PAGE, BrowserOptions(screenshot=False)) == "image"


@pytest.mark.parametrize("url", ["ftp://a.example/", "file:///etc/passwd", "chrome://version/"])
def test_only_the_web_is_asked(url: str) -> None:
    assert refusal(asking(url), PAGE, OPTIONS) == "scheme"


def test_frames_are_of_the_same_site() -> None:
    def frame(url: str) -> Asking:
        return asking(url, "document", navigates=True, frame="inner")

    assert refusal(frame("https://img.example.com/f"), PAGE, OPTIONS) is None
    assert refusal(frame("https://ads.example/f"), PAGE, OPTIONS) == "frame_of_other_site"


def test_windows_ask_for_nothing() -> None:
    assert refusal(asking(PAGE, frame="other"), PAGE, OPTIONS) == "window"


def test_little_is_sent_and_to_the_same_site_only() -> None:
    def sent(url: str, kind: str = "fetch", *, size: int = 100, method: str = "POST") -> str | None:
        return refusal(asking(url, kind, method=method, body_bytes=size), PAGE, OPTIONS)

    own = "https://api.example.com/list"
    assert sent(own) is None
    assert sent(own, size=10**6) == "sends"
    assert sent("https://b.example/") == "sends"
    assert sent(own, method="DELETE") == "sends"
    assert sent(own, "document") == "sends"


def test_nobody_is_counted_and_no_advertisement_shown() -> None:
    for host in ("hm.baidu.com", "s4.cnzz.com", "www.googletagmanager.com"):
        assert refusal(asking(f"https://{host}/x.js"), PAGE, OPTIONS) == "advertisement"
    assert refusal(asking("https://notcnzz.com/x.js"), PAGE, OPTIONS) is None


def answer(body: bytes = b"x", **headers: str) -> Answer:
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    return Answer(status=200, headers=named, body=body, capture=None)


def test_the_shelf_keeps_what_is_for_everyone() -> None:
    shelf = Shelf()
    kept = answer(cache_control="max-age=60")
    shelf.keep("script", "/a.js", kept)
    shelf.keep("fetch", "/data", answer())
    shelf.keep("script", "/mine.js", answer(set_cookie="a=1"))
    shelf.keep("script", "/now.js", answer(cache_control="no-store"))
    shelf.keep("script", "/gone.js", Answer(status=404, headers={}, body=b"", capture=None))
    assert shelf.find("script", "/a.js") is kept
    assert shelf.find("fetch", "/a.js") is None
    for url in ("/data", "/mine.js", "/now.js", "/gone.js"):
        assert shelf.find("script", url) is None


def test_the_shelf_is_bounded_and_drops_what_was_least_asked_for() -> None:
    shelf = Shelf(most_bytes=1_000)
    for number in range(3):
        shelf.keep("script", f"/{number}", answer(bytes(300)))
    assert shelf.find("script", "/0") is not None
    shelf.keep("script", "/3", answer(bytes(300)))
    assert [shelf.find("script", f"/{number}") is not None for number in range(4)] == [
        *(True, False, True, True)
    ]
    shelf.keep("script", "/huge", answer(bytes(5_000)))
    assert shelf.find("script", "/huge") is None


def test_there_is_no_chromium_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="not installed"):
        chromium_path(BrowserOptions())
    with pytest.raises(Unavailable, match="is no program"):
        chromium_path(BrowserOptions(executable=tmp_path / "chrome"))
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert chromium_path(BrowserOptions()) == program


def launched(code: str, tmp_path: Path) -> str:
    """Run Python in place of Chromium, and return what it says."""
    done = subprocess.run(
        [sys.executable, "-IS", launcher.__file__, tmp_path / "pid", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET", "AF_VSOCK"])
def test_what_is_launched_has_no_sockets_to_the_network(family: str, tmp_path: Path) -> None:
    code = f"""
import socket
try:
    socket.socket(socket.{family}, socket.SOCK_DGRAM)
except PermissionError:
    print("refused")
"""
    assert launched(code, tmp_path) == "refused"


def test_neither_have_its_children_nor_by_another_way(tmp_path: Path) -> None:
    code = """
import ctypes, os, socket, subprocess, sys
inner = "import socket\\ntry: socket.create_connection(('127.0.0.1', 9))\\nexcept PermissionError: print('refused')"
print(subprocess.run([sys.executable, "-c", inner], capture_output=True, text=True).stdout.strip())
ring = ctypes.CDLL(None, use_errno=True).syscall(425, 8, ctypes.create_string_buffer(120))
print(ring, os.strerror(ctypes.get_errno()))
socket.socketpair()[0].close()
print(open("/proc/self/oom_score_adj").read().strip())
"""  # noqa: E501
    assert launched(code, tmp_path).splitlines() == [
        *("refused", "-1 Function not implemented", "800")
    ]
    assert (tmp_path / "pid").read_text().isdecimal()


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    code = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_tree_of_processes_is_seen_and_ended(sleeper: subprocess.Popen[bytes]) -> None:
    found = tree(sleeper.pid)
    assert len(found) == 2
    assert found[0].pid == sleeper.pid
    assert parent_of(found[1].pid) == sleeper.pid
    assert parent_of(sleeper.pid) == os.getpid()
    assert all(one.memory_bytes > 2**20 for one in found)
    kill(found)
    sleeper.wait()
    assert tree(sleeper.pid) == []


def test_folders_of_the_dead_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    own = new_folder()
    left = tmp_path / "marque-browser-left"
    left.mkdir()
    (left / "owner").write_text(f"{socket.gethostname()}:999999999:1#browser")
    other = new_folder()
    assert {path.name for path in tmp_path.iterdir()} == {own.name, other.name}
    remove(own)
    assert not own.exists()
