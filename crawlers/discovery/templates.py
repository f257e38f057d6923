"""Search addresses of sites, with places for what is searched.

    https://novel.example/search?q={title}&page={page}
    https://old.example/s.asp?key={title:gbk}
    POST https://films.example/e/search/index.php show=title&keyboard={title:gbk}

`{title}` is a work's title or alias alone, as a site's own search wants it; `{query}` comes with
words that copies are offered by. `{author}` is the first author, `{page}` counts pages from 1 and
`{page0}` from 0. After a colon stands the encoding that the site expects, UTF-8 without.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from crawlers.discovery.errors import InvalidTemplate
from crawlers.links import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE: Final = re.compile(r"\{([a-z]{1,12}0?)(?::([\w.-]{1,24}))?\}")
_WORDS: Final = frozenset({"title", "query", "author"})
_PAGES: Final = frozenset({"page", "page0"})
_POST: Final = re.compile(r"POST\s+(\S+)\s+(\S.*)", re.DOTALL)
_LONGEST: Final = 1_000
_NO_TEXT: Final = frozenset({"base64", "bz2", "hex", "quopri", "uu", "zlib", "rot13"})


@dataclass(frozen=True, slots=True)
class Template:
    """A search address and, for POST, the form that is sent there; both with places."""

    url: str
    form: str = ""

    @property
    def text(self) -> str:
        """The template as it is written."""
        return f"POST {self.url} {self.form}" if self.form else self.url

    @property
    def wants_query(self) -> bool:
        """Whether it searches a whole web, by titles together with other words."""
        return any(name == "query" for name, _ in self._places())

    @property
    def wants_author(self) -> bool:
        """Whether it can't be filled in without an author."""
        return any(name == "author" for name, _ in self._places())

    @property
    def has_pages(self) -> bool:
        """Whether it can ask for a second page of results."""
        return any(name in _PAGES for name, _ in self._places())

    def filled(
        self, words: str, *, title: str, author: str = "", page: int = 1
    ) -> tuple[str, str] | None:
        """Return address and form for a page of results; None where the words can't be written so.

        The form is "" for GET. Pages count from 1.
        """
        said = {
            "query": words,
            "title": title,
            "author": author,
            "page": str(page),
            "page0": str(page - 1),
        }
        try:
            url = canonical(_filled(self.url, said))
            form = _filled(self.form, said)
        except UnicodeEncodeError:
            return None
        return None if url is None else (url, form)

    def _places(self) -> list[tuple[str, str]]:
        return _PLACE.findall(self.url + self.form)


def template(text: str) -> Template:
    """Read a template. Raises `InvalidTemplate`."""
    text = text.strip()
    posted = _POST.fullmatch(text)
    found = Template(posted[1], posted[2]) if posted else Template(text)
    if len(text) > _LONGEST:
        raise InvalidTemplate(text[:60], f"longer than {_LONGEST} characters")
    if not posted and len(text.split()) != 1:
        raise InvalidTemplate(text, "an address, or POST ADDRESS FORM, is needed")
    places = _PLACE.findall(found.url + found.form)
    for name, encoding in places:
        if name not in _WORDS | _PAGES:
            raise InvalidTemplate(text, f"no place is called {{{name}}}")
        if encoding and not _is_encoding(encoding):
            raise InvalidTemplate(text, f"no encoding is called {encoding}")
    if not {"title", "query"} & {name for name, _ in places}:
        raise InvalidTemplate(text, "{title} or {query} is needed")
    if "{" in _PLACE.sub("", text):
        raise InvalidTemplate(text, "places are {title}, {query}, {author}, {page}, {page0}")
    if _PLACE.search(found.url.partition("://")[2].partition("/")[0]):
        raise InvalidTemplate(text, "the host must not have places")
    if found.filled("a", title="a", author="a") is None:
        raise InvalidTemplate(text, "is not an http(s) address")
    return found


def _is_encoding(name: str) -> bool:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return False
    return found.name not in _NO_TEXT and not found.name.startswith(("utf-16", "utf-32", "idna"))


def _filled(text: str, said: Mapping[str, str]) -> str:
    """Fill in what is said, escaped. Raises `UnicodeEncodeError`."""

    def put(place: re.Match[str]) -> str:
        return quote(said[place[1]], safe="", encoding=place[2] or "utf-8", errors="strict")

    return _PLACE.sub(put, text)
