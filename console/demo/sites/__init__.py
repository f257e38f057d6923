"""The sites of the demonstration, each a mapping of paths to what is served there."""

from console.demo.sites.contract import Resource, Site
from console.demo.sites.gallery import gallery_site
from console.demo.sites.innocent import innocent_site
from console.demo.sites.licensed import licensed_site
from console.demo.sites.novel import novel_site

__all__ = [
    "Resource",
    "Site",
    "gallery_site",
    "innocent_site",
    "licensed_site",
    "novel_site",
]
