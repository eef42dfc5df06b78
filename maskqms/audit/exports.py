"""What leaves the product as a file leaves an entry: who took what along, and the digest of the bytes (R29)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from maskqms.actor import Actor
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag


async def record_export(
    content: bytes, *, name: str, subject: str, actor: Actor, asked: Mapping[str, Any] | None = None
) -> None:
    """Write the entry of a file that is handed over; `subject` is the record it tells of, `asked` what was chosen."""
    async with act(Tag.RECORD_EXPORT, actor=actor, subject=subject) as this:
        said = {"file": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
        await this.record(subject=subject, after={**said, **(asked or {})})
