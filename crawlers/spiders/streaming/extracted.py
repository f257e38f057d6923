"""What an extractor says of films and songs: which form of them to fetch, what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawlers.media.stream import Variant, chosen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawlers.extractors.messages import Film, Offer, Told


def media_of_film(film: Film, *, sound: bool) -> Iterator[str]:
    """Yield the addresses of a film in its cheapest form that is good enough, for the channel.

    Pictures and sound that are apart are both taken, one after the other; a song of a channel of
    films, or nothing, has none.
    """
    pictures = [one for one in film.offers if one.has_pictures]
    sounds = [one for one in film.offers if one.has_sound and not one.has_pictures]
    if sound:
        yield from _best(sounds or pictures, sound=True)
        return
    together = [one for one in pictures if one.has_sound]
    if together:
        yield from _best(together, sound=False)
    elif pictures:
        yield from _best(pictures, sound=False)
        yield from _best(sounds, sound=True)


def _best(offers: Sequence[Offer], *, sound: bool) -> Iterator[str]:
    if offers:
        variants = tuple(
            Variant(one.url, one.bits_s, one.height, sound_only=not one.has_pictures)
            for one in offers
        )
        yield chosen(variants, sound=sound).url


def called(film: Film) -> str:
    """Return what it is called: `title - artist`."""
    artist = film.artist if film.artist not in film.title else ""
    return " - ".join(one for one in (film.title, artist) if one)


def facts_of_page(told: Told) -> tuple[str, ...]:
    """Return what a page shows by its extractor's word: of its one film, or none of a list's."""
    if not told.extractor:
        return ()
    of_film = facts_of(told.films[0]) if len(told.films) == 1 else ()
    return (f"extractor:{told.extractor}", *of_film)


def facts_of(film: Film) -> tuple[str, ...]:
    """Return what is shown of a film, each as `name:value`."""
    said = (
        ("author", film.uploader),
        ("author_id", film.uploader_id),
        ("author_url", film.uploader_url),
        ("published", film.uploaded),
        ("seconds", film.seconds),
        ("views", film.views),
        ("likes", film.likes),
        ("comments", film.comments),
    )
    return tuple(f"{name}:{value}" for name, value in said if value not in ("", None))
