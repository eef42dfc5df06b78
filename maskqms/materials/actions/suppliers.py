"""Suppliers and their papers: entered by whoever buys or receives, each paper checked by a named person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from maskqms.accounts.queries import find_account
from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.clock import local
from maskqms.db.transaction import explain
from maskqms.errors import Reason, refuse
from maskqms.i18n import _
from maskqms.kept_file import file_blockers, media_type
from maskqms.materials.queries.materials import material_by_code
from maskqms.materials.queries.suppliers import SupplierRow, credential, locked_supplier, supplier_by_code
from maskqms.materials.rules.approval import (
    credential_entry_blockers,
    letter_blockers,
    maker_entry_blockers,
    owner_blockers,
)
from maskqms.materials.states import Category, CredentialType, SupplierKind

BUYERS = (Role.WAREHOUSE, Role.QUALITY)

explain("supplier_name_key", "supplier.name", _("A supplier of this name is known already."))


@dataclass(frozen=True, slots=True)
class CopyOfPaper:
    """The scanned paper; its type is what its content says."""

    name: str
    content: bytes


async def enter_supplier(
    *, name: str, kind: SupplierKind, actor: Actor, address: str | None = None, contact: str | None = None
) -> SupplierRow:
    """A new supplier; it may deliver nothing yet."""
    async with act(Tag.SUPPLIER_CREATE, actor=actor, subject=name) as this:
        refuse(_("Supplier not entered"), actor.lacks(*BUYERS))
        code = await sql.fetch_value(
            "WITH n AS (SELECT nextval(pg_get_serial_sequence('supplier', 'id')) AS id)"
            " INSERT INTO supplier (id, code, name, kind, address, contact, created_at)"
            " SELECT id, 'S' || lpad(id::text, greatest(3, length(id::text)), '0'), $1, $2, $3, $4, $5 FROM n"
            " RETURNING code",
            name.strip(),
            kind,
            address,
            contact,
            this.at,
        )
        await this.record(subject=code, after={"name": name.strip(), "kind": kind})
        return await supplier_by_code(code)


async def add_credential(
    supplier: str,
    *,
    type: CredentialType,
    number: str,
    valid_from: date,
    valid_until: date | None,
    names_item: bool,
    copy: CopyOfPaper,
    actor: Actor,
    scope: str | None = None,
    material: str | None = None,
    maker: str | None = None,
    person: str | None = None,
) -> int:
    """Enter a paper that was looked at, with its scan. `names_item`: who looked says whether it covers what is bought.
    `maker`: the original maker whose paper a trader shows; `person`: whom a letter authorises."""
    async with act(Tag.CREDENTIAL_ADD, actor=actor, subject=supplier) as this:
        row = await locked_supplier(supplier)
        about = None if material is None else await material_by_code(material)
        refuse(
            _("Credential not entered"),
            actor.lacks(*BUYERS)
            + credential_entry_blockers(valid_from, valid_until, local(this.at).date())
            + letter_blockers(type, person=person, scope=scope, valid_until=valid_until)
            + maker_entry_blockers(maker, supplier_name=row.name, kind=row.kind)
            + file_blockers(copy.name, copy.content),
        )
        digest = sha256(copy.content).hexdigest()
        made: int = await sql.fetch_value(
            "INSERT INTO credential (supplier, type, number, scope, material, names_item, valid_from, valid_until,"
            " digest, verified_by, verified_at, maker, person)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
            row.id,
            type,
            number.strip(),
            scope,
            None if about is None else about.id,
            names_item,
            valid_from,
            valid_until,
            digest,
            actor.account_id,
            this.at,
            maker and maker.strip(),
            person and person.strip(),
        )
        await sql.execute(
            "INSERT INTO credential_file (credential, name, media_type, content) VALUES ($1, $2, $3, $4)",
            made,
            copy.name,
            media_type(copy.content),
            copy.content,
        )
        await this.record(
            subject=supplier,
            after={
                "type": type, "number": number, "names_item": names_item, "material": material,
                "maker": maker, "person": person, "digest": digest,
                "valid_from": valid_from, "valid_until": valid_until,
            },
        )  # fmt: skip
        return made


async def withdraw_credential(credential_id: int, *, reason: str, actor: Actor) -> None:
    """A paper turned out false, was revoked or belonged to somebody else; it stays readable."""
    async with act(Tag.CREDENTIAL_WITHDRAW, actor=actor) as this:
        reasons = actor.lacks(*BUYERS)
        if not reason.strip():
            reasons.append(Reason("reason.missing", _("Say why this paper does not count any more.")))
        done = await sql.fetch_value(
            "UPDATE credential SET withdrawn_at = $2, withdrawn_reason = $3 WHERE id = $1 AND withdrawn_at IS NULL"
            " RETURNING supplier",
            credential_id,
            this.at,
            reason.strip(),
        )
        row = await credential(credential_id)
        if done is None:
            reasons.append(Reason("credential.withdrawn", _("{number} was withdrawn before.", number=row.number)))
        refuse(_("Credential not withdrawn"), reasons)
        code = await sql.fetch_value("SELECT code FROM supplier WHERE id = $1", row.supplier)
        await this.record(subject=code, before={"number": row.number}, after={"withdrawn": True}, reason=reason.strip())


async def hand_over_credential(credential_id: int, *, to: str, actor: Actor) -> None:
    """Somebody else sees to the renewal of a paper from now on; the warnings of its end go there (R44)."""
    async with act(Tag.CREDENTIAL_OWNER, actor=actor) as this:
        row = await credential(credential_id)
        account = await find_account(to)
        refuse(_("Credential not handed over"), actor.lacks(*BUYERS) + owner_blockers(to, account, BUYERS))
        assert account is not None
        code = await sql.fetch_value(
            "UPDATE credential c SET owner = $2 FROM supplier s WHERE c.id = $1 AND s.id = c.supplier RETURNING s.code",
            credential_id,
            account.id,
        )
        await this.record(
            subject=code, before={"owner": row.owner}, after={"owner": account.name, "number": row.number}
        )


async def require_credentials(category: Category, types: Sequence[CredentialType], *, actor: Actor) -> None:
    """Decide which papers a category of material needs."""
    async with act(Tag.CREDENTIAL_RULE, actor=actor, subject=category) as this:
        reasons = actor.lacks(Role.QUALITY)
        if CredentialType.BUSINESS_LICENCE not in types:
            text = _("Every supplier shows its business licence.")
            reasons.append(Reason("credential.rule", text))
        refuse(_("Not changed"), reasons)
        before = await sql.fetch_value("SELECT types FROM credential_rule WHERE category = $1 FOR UPDATE", category)
        await sql.execute(
            "INSERT INTO credential_rule (category, types) VALUES ($1, $2)"
            " ON CONFLICT (category) DO UPDATE SET types = excluded.types",
            category,
            [str(one) for one in types],
        )
        await this.record(subject=str(category), before={"types": before}, after={"types": [str(one) for one in types]})
