"""The chain of seals as pure arithmetic: part of `audit verify`, and what a stand-alone verifier repeats.

Each seal names the digest of the whole seal before it, so the signature of the last one vouches for them all; an
earlier signature is asked only to say which of two neighbours was touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from maskqms.audit.seals import SIGNED, leaf, merkle_root, seal_digest, signed_bytes

REPLACED = "a seal before this one is missing or was replaced"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that is not as it was written."""

    kind: str
    table: str
    id: int
    reason: str


def leaves_of(seal: Any) -> list[bytes]:
    """The digests that a seal keeps of the entries under it."""
    written = seal["leaves"]
    return [written[at : at + 32] for at in range(0, len(written), 32)]


class Chain:
    """Where a walk along the seals has come to. `until`: the border of each epoch; `head`: the last seal this machine
    made, which must be among them."""

    def __init__(self, *, trusted: frozenset[str], own: str | None, head: tuple[int, str] | None) -> None:
        self.trusted = trusted
        self.own = own
        self.head = head
        self.head_seen = head is None
        self.last: Any = None
        self.digest: bytes | None = None
        self.epoch = 0
        self.until: dict[int, int] = {}

    def check(self, seals: Sequence[Any], entries: Sequence[Any]) -> Broken | Any | None:
        """The next seals with all entries of their range, as (tx, payload). What is broken, or the seal under which
        an entry is."""
        at = 0
        for seal in seals:
            if broken := self._link(seal):
                return broken
            leaves = leaves_of(seal)
            if merkle_root(leaves) != seal["root"] or len(leaves) != seal["entries"]:
                return Broken("seal", "audit_seal", seal["id"], "its list of digests does not give its root")
            under = entries[at : at + len(leaves)]
            at += len(leaves)
            if [leaf(row[1]) for row in under] != leaves or (at < len(entries) and entries[at][0] < seal["tx_until"]):
                return seal
        return None

    def _link(self, seal: Any) -> Broken | None:
        if seal["key_id"] not in self.trusted:
            return Broken("seal", "audit_seal", seal["id"], self._of_no_key())
        signed = signed_bytes(*(seal[part] for part in SIGNED))
        began = self.until.get(seal["epoch"], 0)
        if seal["previous"] != self.digest or seal["tx_from"] != began or seal["epoch"] < self.epoch:
            return self._unsigned(seal) or self._unsigned(self.last) or self._broken(seal, REPLACED)
        if self.last is not None and self.last["key_id"] != seal["key_id"] and (broken := self._unsigned(self.last)):
            return broken
        self.last, self.epoch, self.until[seal["epoch"]] = seal, seal["epoch"], seal["tx_until"]
        self.digest = seal_digest(signed, seal["key_id"], seal["signature"])
        self.head_seen = self.head_seen or self.head == (seal["id"], seal["root"].hex())
        return None

    def _of_no_key(self) -> str:
        if self.own is None:
            return "cannot be checked: the sealing key is not here, or this user may not read it"
        return "signed with a key that is not this factory's"

    def _broken(self, seal: Any, reason: str) -> Broken:
        return Broken("seal", "audit_seal", seal["id"], reason)

    def _unsigned(self, seal: Any | None) -> Broken | None:
        """A seal whose signature is not of what it says."""
        if seal is None:
            return None
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(seal["key_id"]))
            key.verify(seal["signature"], signed_bytes(*(seal[part] for part in SIGNED)))
        except (InvalidSignature, ValueError):
            return self._broken(seal, "the signature does not fit the seal")
        return None

    def end(self) -> Broken | None:
        """The last signature, and that nothing was cut off behind it."""
        if (broken := self._unsigned(self.last)) is not None:
            return broken
        if self.head_seen or self.head is None:
            return None
        last = self.last["id"] if self.last is not None else 0
        return Broken("seal", "audit_seal", self.head[0], f"made here, and gone: the chain ends at seal {last}")


def difference(seal: int, ids: Sequence[int], leaves: Sequence[bytes], found: Sequence[bytes]) -> Broken:
    """Which entry was changed, added or removed: the first place where the two lists part."""
    place = next((at for at, (one, other) in enumerate(zip(leaves, found, strict=False)) if one != other), None)
    place = min(len(leaves), len(found)) if place is None else place
    if place == len(found):
        return _entry(ids[-1] if ids else 0, f"an entry after it is missing under seal {seal}")
    if found[place] in islice(leaves, place, None):
        return _entry(ids[place], f"an entry before it is missing under seal {seal}")
    if place == len(leaves) or leaves[place] in islice(found, place, None):
        return _entry(ids[place], f"was added later under seal {seal}")
    return _entry(ids[place], f"not as it was under seal {seal}")


def _entry(number: int, reason: str) -> Broken:
    return Broken("entry", "audit_entry", number, reason)
