"""Where readers' comments are on a page, by what the elements around them are called.

Engines name them alike: `comments`, `comment-list`, `disqus_thread`, `kommentare`, `pinglun`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fingerprints.text.outline import Outline

_WORDS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_COMMENTS: Final = re.compile(
    r"(?:comment|kommentar|disqus|pinglun|livefyre)|(?:respond|replies)\Z", re.IGNORECASE
)
_ABOUT: Final = frozenset(
    (
        *("count", "counter", "link", "links", "open", "closed", "enabled", "disabled", "off"),
        *("with", "without", "no", "has"),
    )
)
"""A name with one of these only says that there are comments, or how many, elsewhere."""
_NEVER: Final = frozenset(("html", "body", "main", "article", "p", "a", "span", "h1", "h2", "h3"))
"""Elements whose names speak of the page, or of a few words."""


def in_comments(page: Outline) -> NDArray[np.bool_]:
    """Return which elements are, or stand in, readers' comments, (elements + 1,).

    What holds the page's title holds the page, whatever it is called.
    """
    elements = page.elements
    holds_title = [False] * len(elements)
    for number, element in enumerate(elements):
        while element.tag == "h1" and number >= 0 and not holds_title[number]:
            holds_title[number] = True
            number = elements[number].parent  # noqa: PLW2901 - up to the page
    inside = [False] * (len(elements) + 1)
    for number, element in enumerate(elements):
        inside[number] = (element.parent >= 0 and inside[element.parent]) or (
            element.tag not in _NEVER and not holds_title[number] and _says_so(element.called)
        )
    return np.array(inside, np.bool_)


@lru_cache(maxsize=1 << 13)
def _says_so(called: str) -> bool:
    """Whether one of an element's names is of comments."""
    for name in called.split():
        words = [word.lower() for word in _WORDS.findall(name)]
        if any(map(_COMMENTS.match, words)) and _ABOUT.isdisjoint(words):
            return True
    return False
