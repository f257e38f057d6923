"""`marque captures`: what was captured, as it came; nothing of it reaches a terminal unescaped."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from scrapy.exceptions import ResponseDataLossError

from console.cli.house import House, common_options, pass_house
from console.cli.speech import add_row, say_line, table
from crawlers.capture.warc import Reading, read_warc
from crawlers.errors import BodyTooLarge
from crawlers.safety.compression import unpacked
from crawlers.spiders.pages import HEAD_BYTES, decode
from fingerprints.media_type import sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_SHA256: Final = re.compile(r"(?:sha256:)?([0-9a-f]{64})")
_MOST_BYTES: Final = 64 * 2**20
_CHUNK_BYTES: Final = 1 << 20
_TEXTUAL: Final = ("html", "xml", "json", "javascript")
_LABELS: Final = {
    "url": ("Address", "网址"),
    "seen_at": ("Asked for (UTC)", "请求时间（UTC）"),
    "first-byte": ("First byte (UTC)", "首字节（UTC）"),
    "ended": ("Last byte (UTC)", "末字节（UTC）"),
    "clock": ("Clock of this machine", "本机时钟"),
    "server_clock_s": ("Server's clock ahead by (s)", "服务器时钟快（秒）"),
    "address": ("IP address", "IP 地址"),
    "proxy": ("Through proxy", "经由代理"),
    "tls": ("TLS", "TLS"),
    "certificates": ("Certificates", "证书"),
    "status": ("Answer", "响应"),
    "bytes": ("Bytes of the body", "响应体字节数"),
    "truncated": ("Cut short by", "未收完的原因"),
    "software": ("Software", "软件"),
    "operating-system": ("System", "操作系统"),
    "resolver": ("Resolver", "域名解析服务器"),
    "hosts-file": ("Hosts file", "hosts 文件"),
    "http-header-user-agent": ("User-Agent", "User-Agent"),
    "robots": ("robots.txt", "robots.txt"),
}


class NoCapture(click.UsageError):
    """The digest is of something else."""


@click.group("captures")
def command() -> None:
    """What was captured, as it came · 固定的原始请求与响应."""


@command.command()
@click.argument("digest")
@click.option("--headers", is_flag=True, help="Heads as they came · 原始报文头")
@click.option("--body", is_flag=True, help="The text of the body · 响应正文（文本）")
@click.option(
    "--warc",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the records to a new .warc.gz · 将记录写入新的 .warc.gz 文件",
)
@common_options
@pass_house
def show(house: House, /, digest: str, warc: Path | None, *, headers: bool, body: bool) -> None:
    """Show the request and answer of a capture, by its SHA-256 · 查看一次采集的请求与响应."""
    found = _SHA256.fullmatch(digest.strip().lower())
    if found is None:
        raise click.UsageError(f"{digest} is no SHA-256 · 不是 SHA-256")
    if warc is not None:
        _write(house, found[1], warc)
    reading = _read(house, found[1])
    text = _text(reading) if body else None
    if house.as_json:
        facts = _facts(reading)
        if headers:
            facts["request_headers"] = [reading.request_line, *reading.request_headers]
            facts["headers"] = [reading.status_line, *reading.headers]
        if text is not None:
            facts["body"] = text
        house.emit(facts)
        return
    if not (headers or body or warc):
        _tell(house, reading)
    if headers:
        for line in _heads(reading):
            say_line(house, line)
    if text is not None:
        say_line(house, text)


def _read(house: House, digest: str) -> Reading:
    with house.store.blobs.open(digest) as records:
        try:
            return read_warc(records)
        except Exception as error:  # warcio has none of its own for what is no WARC
            raise NoCapture(f"{digest} is no capture · 不是采集记录") from error


def _write(house: House, digest: str, file: Path) -> None:
    """Copy the records, byte for byte; nothing that is there is written over."""
    with house.store.blobs.open(digest) as records:
        try:
            with file.open("xb") as copy:
                while chunk := records.read(_CHUNK_BYTES):
                    copy.write(chunk)
        except FileExistsError as error:
            raise click.UsageError(f"{file} exists · 文件已存在") from error


def _facts(reading: Reading) -> dict[str, Any]:
    said = {**reading.environment, **reading.conditions}
    behind_proxy = reading.conditions.get("proxy")
    facts: dict[str, Any] = {
        "url": reading.url,
        "seen_at": reading.seen_at.isoformat(),
        "address": reading.address,
        "proxy": behind_proxy,
        "certificates": reading.certificates.count("BEGIN CERTIFICATE"),
        "status": reading.status_line,
        "bytes": len(reading.body),
        "server_clock_s": _ahead_s(reading),
    }
    kept = {name: said[name] for name in _LABELS if name in said and name not in facts}
    return {name: value for name, value in {**facts, **kept}.items() if value is not None}


def _ahead_s(reading: Reading) -> float | None:
    """Return by how much the server's Date is ahead of our clock; it has whole seconds only."""
    try:
        moment: datetime = parsedate_to_datetime(_all(reading, "date")[0])
        return round((moment - reading.seen_at).total_seconds(), 3)
    except (IndexError, ValueError, TypeError):
        return None


def _tell(house: House, reading: Reading) -> None:
    rows = table(house, ("Fact", "项目"), ("Value", "内容"))
    facts = _facts(reading)
    for name, label in _LABELS.items():
        if name in facts:
            add_row(rows, house.say(*label), facts[name])
    house.out.print(rows)


def _heads(reading: Reading) -> Iterator[str]:
    yield reading.request_line
    yield from (f"{name}: {said}" for name, said in reading.request_headers)
    yield ""
    yield reading.status_line
    yield from (f"{name}: {said}" for name, said in reading.headers)


def _text(reading: Reading) -> str:
    """Return the body as the text it says it is, content codings taken off."""
    codings = [said.encode() for said in _all(reading, "content-encoding")]
    try:
        body = unpacked(reading.body, codings, most_bytes=_MOST_BYTES) if codings else reading.body
    except (BodyTooLarge, ResponseDataLossError) as error:
        raise click.UsageError(f"{error} (--warc FILE) · 无法解码（--warc 文件）") from error
    declared = ",".join(_all(reading, "content-type"))
    kind = sniff(body[:HEAD_BYTES], declared=declared or None, filename=reading.url)
    if not (kind.startswith("text/") or kind.endswith(_TEXTUAL)):
        raise click.UsageError(f"the body is {kind} (--warc FILE) · 响应体不是文本（--warc 文件）")
    return decode(body, declared)


def _all(reading: Reading, name: str) -> list[str]:
    return [said for one, said in reading.headers if one.lower() == name]
