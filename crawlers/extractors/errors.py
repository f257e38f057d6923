"""Why a page was not read by its site's extractor; `code` is the stored name.

ExtractorError
├── ExtractorsMissing   yt-dlp isn't installed, or can't be shut in on this machine
├── ExtractorRefused    it would have to pass a technical measure, a login, or feign a region
├── ExtractorEndless    it asks too much, or says nothing for too long
└── ExtractorFailed     whatever else: the site has changed, its interface was refused to us
"""

from __future__ import annotations

from crawlers.errors import CrawlError


class ExtractorError(CrawlError):
    """The page's other media are found all the same."""

    code = "extractor_error"


class ExtractorsMissing(ExtractorError):
    """There are no extractors to ask."""

    code = "extractors_missing"


class ExtractorRefused(ExtractorError):
    """It isn't asked, or not on: what it does may not be done."""

    code = "extractor_refused"


class ExtractorEndless(ExtractorError):
    """It was ended."""

    code = "extractor_endless"


class ExtractorFailed(ExtractorError):
    """It brought nothing."""

    code = "extractor_failed"
