"""Pages out of templates, encoded the way careless sites encode them."""

from __future__ import annotations

import html
from functools import cache
from importlib import resources
from string import Template
from typing import NamedTuple

from console.demo.sites.contract import NOTHING, Resource


class Encoding(NamedTuple):
    """How a page is encoded, and what its header and its meta element say of it."""

    codec: str
    header: str
    meta: str


UTF_8 = Encoding("utf-8", "text/html; charset=utf-8", '<meta charset="utf-8">')
GBK_IN_META = Encoding(
    "gb18030",
    "text/html",
    '<meta http-equiv="Content-Type" content="text/html; charset=gbk">',
)
GB2312_IN_HEADER = Encoding("gb18030", "text/html; charset=gb2312", "")
UNDECLARED = Encoding("gb18030", "text/html", "")
WRONG = Encoding("gb18030", "text/html; charset=utf-8", '<meta charset="utf-8">')


BLANK = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="
"""What stands in a picture's place until it is scrolled to."""


def page(
    template: str,
    /,
    *,
    encoding: Encoding = UTF_8,
    carries: frozenset[str] = NOTHING,
    **values: str,
) -> Resource:
    """Fill a template; values are HTML already."""
    filled = _template(f"{template}.html").substitute(values, meta=encoding.meta)
    return Resource(filled.encode(encoding.codec), encoding.header, carries)


def style_sheet(name: str) -> Resource:
    """Return one of the style sheets."""
    return Resource(_source(f"{name}.css").encode(), "text/css; charset=utf-8")


def script(name: str) -> Resource:
    """Return one of the scripts."""
    return Resource(_source(f"{name}.js").encode(), "text/javascript; charset=utf-8")


def robots(*forbidden: str) -> Resource:
    """Write a robots.txt that rules out path prefixes."""
    lines = ["User-agent: *", *(f"Disallow: {prefix}" for prefix in forbidden), ""]
    return Resource("\n".join(lines).encode(), "text/plain")


def link(path: str, words: str) -> str:
    """Write a link; `words` are text."""
    return f'<a href="{html.escape(path)}">{html.escape(words)}</a>'


def items(*fragments: str) -> str:
    """Write list items of HTML fragments."""
    return "\n".join(f"<li>{fragment}</li>" for fragment in fragments)


@cache
def _template(name: str) -> Template:
    return Template(_source(name))


def _source(name: str) -> str:
    return resources.files(__package__).joinpath("templates", name).read_text("utf-8")
