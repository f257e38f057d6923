"""Portals: the sites that look alike but for their names, as those of one hurried owner do."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.demo.sites import markup
from console.demo.sites.contract import NOTHING, Resource, Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.documents import Channel

_SCRIPT = '<script src="/static/players.js"></script>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """A site's names, its menu (HTML), what it says of itself, and whether players are on it."""

    name: str
    chinese: str
    english: str
    menu: str
    notice: str
    channel: Channel
    plays: bool = False

    def page(self, title: str, body: str, carries: frozenset[str] = NOTHING) -> Resource:
        """Write a page; `title` is text, `body` HTML."""
        return markup.page(
            "portal",
            carries=carries,
            name=self.name,
            chinese=self.chinese,
            english=self.english,
            menu=self.menu,
            notice=self.notice,
            script=_SCRIPT if self.plays else "",
            title=html.escape(title),
            body=body,
        )

    def site(self, resources: Mapping[str, Resource], **facts: Any) -> Site:  # noqa: ANN401
        """Make the site of these resources and of what all portals serve."""
        common = {
            "/static/portal.css": markup.style_sheet("portal"),
            "/robots.txt": markup.robots(),
        }
        if self.plays:
            common["/static/players.js"] = markup.script("players")
        return Site(
            name=self.name,
            title=f"{self.chinese} {self.english}",
            channel=self.channel,
            resources={**common, **resources},
            **facts,
        )
