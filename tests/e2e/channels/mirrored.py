"""`marque` where all hosts but 127.0.0.1 are folders of the server at `MIRROR_PORT`: a script."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.cli.main import main
from crawlers.safety.handler import GuardedHTTPHandler
from settings import crawl

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class MirroredHandler(GuardedHTTPHandler):
    """The crawl's own, but for where other hosts are."""

    async def download_request(self, request: Request) -> Response:
        """Ask the mirror in place of another host."""
        parts = urlsplit(request.url)
        if parts.hostname == "127.0.0.1":
            return await super().download_request(request)
        rest = request.url.partition("://")[2]
        mirrored = request.replace(url=f"http://127.0.0.1:{os.environ['MIRROR_PORT']}/{rest}")
        response = await super().download_request(mirrored)
        request.meta.update(mirrored.meta)
        return response.replace(url=request.url)


if __name__ == "__main__":
    vars(crawl)["DOWNLOAD_HANDLERS"] = dict.fromkeys(("http", "https"), MirroredHandler)
    main()
