"""The sealing key, and what this machine remembers of the chain outside the database.

A key is made once, for a database that has no seal yet. It is never replaced by accident: a command run by another
user, or with another data folder, would sign with a key of its own, and the chain would look forged for ever after.
Public keys of former, lost keys stand in `seal.trusted` beside it, one a line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from maskqms.i18n import Text, _
from maskqms.settings import keep_file, settings


class CannotSeal(Exception):
    """The key that signed before is not here. Nothing is lost: whoever has it seals what is waiting."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.message)
        self.why = why

    def __str__(self) -> str:
        return str(self.why)


def seal_key_path() -> Path:
    return settings().seal_key or settings().data / "seal.key"


def key_id(public: Ed25519PublicKey) -> str:
    """The public key itself, as hex: short enough to be stored with every seal."""
    return public.public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def find_key() -> Ed25519PrivateKey | None:
    """The key of this machine, if there is one, and this user may read it, and it is one."""
    try:
        key = load_pem_private_key(seal_key_path().read_bytes(), password=None)
    except (OSError, ValueError):
        return None
    return key if isinstance(key, Ed25519PrivateKey) else None


def own_key_id() -> str | None:
    key = find_key()
    return None if key is None else key_id(key.public_key())


def trusted() -> frozenset[str]:
    """Public keys whose seals are this factory's: of the present key, and of former ones that somebody wrote down."""
    listed = seal_key_path().with_name("seal.trusted")
    former = listed.read_text(encoding="ascii").split() if listed.is_file() else []
    own = own_key_id()
    return frozenset(former) | ({own} if own else frozenset())


def sealing_key(last: str | None) -> Ed25519PrivateKey:
    """The key to sign with after a seal signed by `last`; made with mode 0600 when there is no seal yet."""
    key = find_key()
    path = str(seal_key_path())
    if key is None and (last is None or last in trusted()):
        made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keep_file(seal_key_path(), made)
        key = find_key()
    if key is None:
        raise CannotSeal(_("The sealing key is not here, or this user may not read it: {path}", path=path))
    if last is not None and last != key_id(key.public_key()) and last not in trusted():
        raise CannotSeal(_("The key in {path} is not the one that signed the seals before.", path=path))
    return key


def _memory() -> Path:
    return settings().data / "seal.head"


def _remembered_heads() -> dict[str, list[str | int]]:
    path = _memory()
    return dict(json.loads(path.read_text(encoding="ascii"))) if path.is_file() else {}


def remember(database: str, seal: int, root: bytes) -> None:
    """Note the last seal beside the key, so that an end cut off the chain is noticed too."""
    heads = {**_remembered_heads(), database: [seal, root.hex()]}
    part = _memory().with_name(f"seal.head.{os.getpid()}")
    part.write_text(json.dumps(heads), encoding="ascii")
    part.replace(_memory())


def remembered(database: str) -> tuple[int, str] | None:
    """The last seal this machine made or saw for this database: its number and root."""
    found = _remembered_heads().get(database)
    return None if found is None else (int(found[0]), str(found[1]))


def forget(database: str) -> None:
    """A restored database ends where its backup ended; from there it is remembered anew."""
    heads = _remembered_heads()
    if heads.pop(database, None) is not None:
        _memory().write_text(json.dumps(heads), encoding="ascii")
