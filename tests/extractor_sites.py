"""Sites that yt-dlp knows, answering as their public interfaces do, each by its address."""

from __future__ import annotations

import html
import json
from typing import Any, Final

TUBE: Final = "https://framatube.org"
FILM_ID: Final = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
FILM_PAGE: Final = f"{TUBE}/w/{FILM_ID}"
FILM_API: Final = f"{TUBE}/api/v1/videos/{FILM_ID}/"
FILM_FILE: Final = f"{TUBE}/static/streaming-playlists/hls/{FILM_ID}/360-fragmented.mp4"
ARCHIVE: Final = "https://archive.org"
SHELL: Final = "<html><head><title>{title}</title></head><body><div id=app></div></body></html>"
"""What such sites hand out as a page: their programs fill it in."""


def peertube(**changes: Any) -> dict[str, bytes]:  # noqa: ANN401  fields of the interface
    """Return a film of PeerTube: `GET /api/v1/videos/{id}` (PeerTube's REST API, version 6)."""
    account = {"id": 3, "name": "framasoft", "displayName": "Framasoft", "host": "framatube.org"}
    video = {
        "id": 1,
        "uuid": FILM_ID,
        "shortUUID": "kkGMgK9ZtnKfYAgnEtQxbv",
        "url": f"{TUBE}/videos/watch/{FILM_ID}",
        "name": "某片",
        "category": {"id": 15, "label": "Science & Technology"},
        "licence": {"id": 2, "label": "Attribution - Share Alike"},
        "language": {"id": "en", "label": "English"},
        "privacy": {"id": 1, "label": "Public"},
        "nsfw": False,
        "description": "short",
        "isLive": False,
        "duration": 19,
        "views": 4321,
        "likes": 12,
        "dislikes": 1,
        "comments": 7,
        "createdAt": "2018-10-01T10:52:46.396Z",
        "publishedAt": "2018-10-01T10:52:46.396Z",
        "account": {**account, "url": f"{TUBE}/accounts/framasoft"},
        "channel": {**account, "id": 2215, "url": f"{TUBE}/video-channels/joinpeertube"},
        "files": [],
        "streamingPlaylists": [
            {
                "id": 1,
                "type": 1,
                "files": [
                    {
                        "id": 3,
                        "resolution": {"id": 360, "label": "360p"},
                        "size": 2_000_000,
                        "fps": 12,
                        "fileUrl": FILM_FILE,
                        "fileDownloadUrl": f"{TUBE}/download/{FILM_ID}-360-fragmented.mp4",
                    },
                    {
                        "id": 4,
                        "resolution": {"id": 1080, "label": "1080p"},
                        "size": 20_000_000,
                        "fps": 12,
                        "fileUrl": FILM_FILE.replace("360", "1080"),
                    },
                ],
            }
        ],
    }
    return {
        FILM_PAGE: SHELL.format(title="PeerTube").encode(),
        FILM_API: json.dumps(video | changes).encode(),
        f"{TUBE}/api/v1/videos/{FILM_ID}/captions": b'{"total": 0, "data": []}',
    }


def archive(identifier: str, names: list[str], **of_files: Any) -> dict[str, bytes]:  # noqa: ANN401
    """Return an item of archive.org with these songs: its player's page and its metadata."""
    played = [
        {"title": name.partition(".")[0], "orig": name, "duration": 30, "tracks": []}
        for name in names
    ]
    files = [
        {
            "name": name,
            "source": "original",
            "creator": "某人",
            "title": name.partition(".")[0],
            "track": str(number),
            "album": "某辑",
            "length": "30.5",
            "size": "400000",
            "format": "VBR MP3",
            **of_files,
        }
        for number, name in enumerate(names, 1)
    ]
    metadata = {
        "created": 1,
        "d1": "ia800.example",
        "dir": f"/1/items/{identifier}",
        "files": files,
        "files_count": len(files),
        "metadata": {
            "identifier": identifier,
            "title": "某辑",
            "creator": "某人",
            "mediatype": "audio",
            "uploader": "pirate@archive.example",
            "publicdate": "2021-03-04 05:06:07",
        },
    }
    player = f"<html><play-av playlist='{html.escape(json.dumps(played))}'></play-av></html>"
    return {
        f"{ARCHIVE}/details/{identifier}": SHELL.format(title="archive").encode(),
        f"{ARCHIVE}/embed/{identifier}": player.encode(),
        f"{ARCHIVE}/metadata/{identifier}": json.dumps(metadata).encode(),
    }
