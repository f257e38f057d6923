"""The sites of the demonstration, each a mapping of paths to what is served there."""

from console.demo.sites.apps import app_site
from console.demo.sites.comics import comic_site
from console.demo.sites.community import community_site
from console.demo.sites.contract import Resource, Site
from console.demo.sites.documents import document_site
from console.demo.sites.films import film_site
from console.demo.sites.forum import forum_site
from console.demo.sites.gallery import gallery_site
from console.demo.sites.innocent import innocent_site
from console.demo.sites.licensed import licensed_site
from console.demo.sites.novel import novel_site
from console.demo.sites.search import found_site, search_site
from console.demo.sites.songs import song_site

__all__ = [
    "Resource",
    "Site",
    "app_site",
    "comic_site",
    "community_site",
    "document_site",
    "film_site",
    "forum_site",
    "found_site",
    "gallery_site",
    "innocent_site",
    "licensed_site",
    "novel_site",
    "search_site",
    "song_site",
]
