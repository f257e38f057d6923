"""placeholder"""

from __future__ import annotations

from crawlers.spiders.web import WebSpider


class LiteratureSpider(WebSpider):
    """Placeholder."""

    name = "literature"
