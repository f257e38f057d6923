"""What is noted of shares: who and what they are, the hashes of their files, works they may name.

That a file is called as a work is says little: it is a lead for a person, and never makes a case.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from crawlers.shares.hashes import ed2k, magnet
from crawlers.shares.names import folded, meant, parsed
from crawlers.shares.share import DIRECT, ED2K, MAGNET
from index.contract import Query
from index.documents import Work

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawlers.shares.share import Share
    from crawlers.shares.torrents import Torrent
    from crawlers.spiders.cloudshare.visits import Visited
    from index.contract import Records

HASH_LINKS: Final = frozenset({MAGNET, ED2K})
"""The providers of shares that no server is asked for: the link is the hash of the content."""
_MOST_SHARES: Final = 200
_MOST_HASHES: Final = 200
_MOST_NAMES: Final = 60
_MOST_TITLES: Final = 40
_WORKS_A_TITLE: Final = 20
_SHORTEST_TITLE: Final = 2


def facts_of_named(shares: Iterable[Share]) -> Iterator[str]:
    """Yield what a page is known by that names these shares."""
    for share in islice(shares, _MOST_SHARES):
        if share.provider == MAGNET and (torrent := magnet(share.url)) is not None:
            yield from (f"magnet:{one}" for one in (torrent.v1, torrent.v2) if one)
        elif share.provider == ED2K and (file := ed2k(share.url)) is not None:
            yield f"ed2k:{file.hash}"
        elif share.provider == DIRECT:
            yield f"direct:{share.url}"
        else:
            yield f"share:{share.url}"


def facts_of_share(visited: Visited) -> Iterator[str]:
    """Yield what a share is known by: provider, state, owner, extent, hashes of its files."""
    share, listing = visited.share, visited.listing
    yield f"provider:{share.provider}"
    yield f"share:{share.url}"
    yield f"state:{listing.state.value}"
    said = {
        "state_reason": listing.reason,
        "owner": listing.owner,
        "owner_id": listing.owner_id,
        "expires": listing.expires,
        "unpack_password": share.unpack_password,
    }
    yield from (f"{name}:{value}" for name, value in said.items() if value)
    files = [one for one in listing.entries if not one.is_folder]
    if files:
        yield f"files:{len(files)}"
        yield f"bytes:{sum(one.size_bytes or 0 for one in files)}"
    yield from islice(dict.fromkeys(one.hash for one in files if one.hash), _MOST_HASHES)


def facts_of_torrent(torrent: Torrent) -> Iterator[str]:
    """Yield what a torrent file is known by: infohashes, extent, Merkle roots of its files (v2)."""
    yield from (f"magnet:{one}" for one in (torrent.v1, torrent.v2) if one)
    yield f"files:{len(torrent.files)}"
    yield f"bytes:{torrent.size_bytes}"
    roots = (f"btroot:{file.root}" for file in torrent.files if file.root)
    yield from islice(dict.fromkeys(roots), _MOST_HASHES)


def title_of(visited: Visited) -> str:
    """Return what a share is called: a single file by its own name, "" where nothing tells."""
    entries = visited.listing.entries
    if len(entries) == 1 and not entries[0].is_folder:
        return entries[0].name
    return visited.listing.title or visited.share.title


def names_of_share(visited: Visited) -> Iterator[str]:
    """Yield what a share and its files are called, those nearest to the top first."""
    entries = sorted(visited.listing.entries, key=lambda one: one.path.count("/"))
    yield from (visited.listing.title, visited.share.title, *(one.name for one in entries))


def names_of_torrent(torrent: Torrent) -> Iterator[str]:
    """Yield what a torrent and its files are called."""
    yield from (torrent.name, *(file.path.rpartition("/")[2] for file in torrent.files))


def works_named(records: Records, names: Iterable[str]) -> list[str]:
    """Return the ids of works that the first names may mean, the likeliest first.

    Raises `Unavailable`.
    """
    likely: dict[str, float] = {}
    known: dict[str, list[Work]] = {}
    for name in islice(dict.fromkeys(filter(None, names)), _MOST_NAMES):
        for title in parsed(name).titles:
            if len(folded(title)) < _SHORTEST_TITLE or (
                title not in known and len(known) >= _MOST_TITLES
            ):
                continue
            if title not in known:
                known[title] = _called(records, title)
            for work in known[title]:
                best = meant(name, (work.title, *work.aliases))[:1]
                for _, likeness in best:
                    likely[work.id] = max(likely.get(work.id, 0.0), likeness)
    return sorted(likely, key=lambda id_: (-likely[id_], id_))


def _called(records: Records, title: str) -> list[Work]:
    found = records.find(Query(Work, words=title), limit=_WORKS_A_TITLE)
    return [one.record for one in found.items]
