"""What can go wrong in a crawl; `code` is the stored name.

CrawlError
├── ForbiddenAddress     the host is, or leads to, a private, loopback or link-local address
│   └── ForbiddenPort       a port at which no web server is
├── ForbiddenScheme      neither http nor https
├── RefusedByRobots      robots.txt says no
│   └── RobotsUnreachable   the server fails to say; temporary
├── ProxyFailed          the proxy refuses, or is none; temporary
├── UnknownProxy         the settings have no proxy of this name
├── BodyTooLarge         the response passed the limit, before or after decompression
├── Challenged           the site wants a person to prove it is one; nobody does
├── RenderingFailed      the browser could not show the page; temporary
├── PartsUnreachable     the parts of a film can't be had; mostly temporary
├── UnplayableList       a film's list names no segments that anybody may play
├── ShareUnanswered      a share's provider doesn't say what it is; temporary
├── SearchUnreadable     a search engine's answer isn't what its documentation says
├── TangledMarkup        markup so nested that reading its links would take a parser minutes
├── ExaminationTimeout   the examination took too long and was ended
├── ExaminationCrash     the examining process died (a decoder crashed)
└── ExaminationMemory    the examination needed more memory than it may have
"""

from __future__ import annotations


class CrawlError(Exception):
    """Something that costs one URL or one sighting, never the crawl."""

    code = "crawl_error"
    temporary = False
    """Whether it may be otherwise later."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ForbiddenAddress(CrawlError):
    """The host is, or leads to, an address that isn't public and wasn't allowed."""

    code = "forbidden_address"


class ForbiddenPort(ForbiddenAddress):
    """The port is one at which no web server is, and wasn't allowed."""

    code = "forbidden_port"


class ForbiddenScheme(CrawlError):
    """The URL is neither http nor https."""

    code = "forbidden_scheme"


class RefusedByRobots(CrawlError):
    """robots.txt doesn't allow the URL."""

    code = "refused_by_robots"


class RobotsUnreachable(RefusedByRobots):
    """robots.txt can't be had while its server fails, which is a no until it can."""

    code = "robots_unreachable"
    temporary = True


class ProxyFailed(CrawlError):
    """The proxy can't be reached, refuses, or speaks something else."""

    code = "proxy_failed"
    temporary = True


class UnknownProxy(CrawlError):
    """The settings have no proxy of this name; fetching without it would be another evidence."""

    code = "unknown_proxy"


class BodyTooLarge(CrawlError):
    """The response passed the limit, before or after decompression."""

    code = "body_too_large"


class Challenged(CrawlError):
    """In place of the page stands a captcha or another test, which is never answered."""

    code = "challenged"


class RenderingFailed(CrawlError):
    """The browser could not show the page; what was downloaded is still there."""

    code = "rendering_failed"
    temporary = True


class PartsUnreachable(CrawlError):
    """None of the parts that a film comes in can be had.

    `busy`: the host asked to be left alone for a while.
    """

    code = "parts_unreachable"

    def __init__(self, reason: str, *, temporary: bool = True, busy: bool = False) -> None:
        super().__init__(reason)
        self.temporary = temporary
        self.busy = busy


class UnplayableList(CrawlError):
    """A film's list is empty, or all that it names needs a licence, which is never worked round."""

    code = "unplayable_list"


class ShareUnanswered(CrawlError):
    """A share's provider can't be asked now, or asks for peace."""

    code = "share_unanswered"
    temporary = True


class SearchUnreadable(CrawlError):
    """A search engine answered with something else than its documentation says."""

    code = "search_unreadable"


class TangledMarkup(CrawlError):
    """The markup is nested, or its tags are stuffed, far beyond any page for people."""

    code = "tangled_markup"


class ExaminationTimeout(CrawlError):
    """The examination took too long and was ended."""

    code = "examination_timeout"


class ExaminationCrash(CrawlError):
    """The examining process died."""

    code = "examination_crash"


class ExaminationMemory(CrawlError):
    """The examination needed more memory than it may have."""

    code = "examination_memory"
