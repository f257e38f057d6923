"""Members of a rar archive, by rarfile.

Names, and what is stored unpacked (as in most comics), need nothing else; what is packed needs one
of the programs that rarfile knows: unrar, unar, 7z with its rar codec, or bsdtar.
"""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

import rarfile

from fingerprints.archive.member import Member
from fingerprints.archive.streams import CHUNK, part_of, unpacked
from fingerprints.errors import Encrypted, FingerprintError, Undecodable, Unsupported
from fingerprints.sizes import size_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fingerprints.archive.budget import Budget

MAGIC: Final = b"Rar!\x1a\x07"


def members(source: BinaryIO, budget: Budget) -> Iterator[Member]:
    """Yield the files of a rar; raises `Undecodable`, or `Encrypted`."""
    own_place = part_of(source, 0, size_of(source))
    try:
        archive = rarfile.RarFile(own_place, part_only=True)
        infos = archive.infolist()
        is_locked = archive.needs_password() and not infos
    except rarfile.PasswordRequired as error:
        raise Encrypted from error
    except Exception as error:  # rarfile raises anything on hostile bytes
        raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error
    if is_locked:
        raise Encrypted
    for info in infos:
        budget.take_member()
        if info.is_file() and not getattr(info, "file_redir", None):
            path = str(info.filename).replace("\\", "/")
            yield Member(path, info.file_size, partial(_open, archive, info, budget))


def _open(archive: rarfile.RarFile, info: rarfile.RarInfo, budget: Budget) -> BinaryIO:
    """Unpack the member at once: all members are read through one place in the file."""
    if info.needs_password():
        raise Encrypted
    file = unpacked(_chunks(archive, info), budget)
    file.seek(0, io.SEEK_END)
    file.seek(0)
    return file


def _chunks(archive: rarfile.RarFile, info: rarfile.RarInfo) -> Iterator[bytes]:
    try:
        with archive.open(info) as member:
            while chunk := member.read(CHUNK):
                yield chunk
    except rarfile.RarCannotExec as error:
        raise Unsupported("rar: none of unrar, unar, 7z and bsdtar is installed") from error
    except rarfile.PasswordRequired as error:
        raise Encrypted from error
    except FingerprintError:
        raise
    except Exception as error:  # rarfile raises anything on hostile bytes
        raise Undecodable(f"{type(error).__name__}: {error}"[:200]) from error
