"""Comics: from the catalogue through the chapters to their pages, or to files of whole books."""

from __future__ import annotations

import re
from typing import ClassVar

from crawlers.spiders.paged.reading import ReadingSpider


class ComicsSpider(ReadingSpider):
    """Reads comics and illustrated books; the pages of a chapter are one sighting."""

    name = "comics"
    files: ClassVar[re.Pattern[str]] = re.compile(
        r"\.(?:cb[7rtz]|zip|rar|7z|pdf|epub|mobi|azw3?)$", re.IGNORECASE
    )
