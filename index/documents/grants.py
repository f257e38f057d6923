"""Grants: what a holder allowed, to whom, where and how long."""

from __future__ import annotations

from typing import Annotated, ClassVar

from index.documents.record import Meaning, Moment, Record


class Grant(Record):
    """An authorisation. No `works` means all works of the grantor; no `sites`, every channel."""

    kind: ClassVar[str] = "grants"

    grantor: Annotated[str, Meaning("Grantor (rights holder)", "授权人（权利人）")]
    grantor_key: Annotated[str, Meaning("Grantor, folded for comparison", "授权人（用于比对）")]
    grantee: Annotated[str, Meaning("Grantee", "被授权人")]
    works: Annotated[tuple[str, ...], Meaning("Works", "授权作品")] = ()
    sites: Annotated[
        tuple[str, ...], Meaning("Sites (domain or host) or accounts", "授权网站（域名）或账号")
    ] = ()
    right: Annotated[str, Meaning("Right", "权利种类")] = "信息网络传播权"
    territory: Annotated[str, Meaning("Territory", "授权地域")] = ""
    starts_at: Annotated[Moment | None, Meaning("Valid from", "生效时间", "date")] = None
    ends_at: Annotated[Moment | None, Meaning("Valid until", "终止时间", "date")] = None
    proof: Annotated[str, Meaning("Proof (file or reference)", "授权证明", "stored")] = ""
    recorded_at: Annotated[Moment, Meaning("Recorded", "录入时间", "date", ecs="@timestamp")]
    revoked_at: Annotated[Moment | None, Meaning("Revoked", "撤销时间", "date")] = None
    revoked_because: Annotated[str, Meaning("Reason of revocation", "撤销原因", "stored")] = ""
