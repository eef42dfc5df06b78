"""Gateways: enter one and hand out its token once, or end it."""

from __future__ import annotations

import secrets

from maskqms.actor import Actor, Role
from maskqms.audit.acts import act
from maskqms.audit.tags import Tag
from maskqms.db import sql
from maskqms.db.transaction import explain
from maskqms.devices.queries.gateways import gateway_by_name, token_hash
from maskqms.errors import NotFound, Reason, refuse
from maskqms.i18n import _

GATEWAY_KEEPERS = (Role.QUALITY, Role.PLANT_MANAGER, Role.ADMINISTRATOR)
"""An administrator too: a gateway is a computer, its token no quality record."""

explain("gateway_name_key", "gateway.exists", _("A gateway with this name is registered already."))


async def register_gateway(name: str, *, actor: Actor) -> str:
    """Enter a gateway; the answer is its token, which is kept nowhere here and shown only now."""
    token = "gw-" + secrets.token_urlsafe(32)
    async with act(Tag.GATEWAY_REGISTER, actor=actor, subject=name) as this:
        refuse(_("Gateway {name} cannot be registered", name=name), actor.lacks(*GATEWAY_KEEPERS))
        await sql.execute(
            "INSERT INTO gateway (name, token_hash, registered_by, registered_at) VALUES ($1, $2, $3, $4)",
            name,
            token_hash(token),
            actor.name,
            this.at,
        )
        await this.record(subject=name, after={"registered": True})
    return token


async def renew_token(name: str, *, actor: Actor) -> str:
    """A new token for a gateway, revoked or not; the old one ends now."""
    token = "gw-" + secrets.token_urlsafe(32)
    async with act(Tag.GATEWAY_REGISTER, actor=actor, subject=name) as this:
        refuse(_("Gateway {name} cannot get a new token", name=name), actor.lacks(*GATEWAY_KEEPERS))
        changed = await sql.fetch_value(
            "UPDATE gateway SET token_hash = $2, revoked_at = NULL, revoked_by = NULL WHERE name = $1 RETURNING id",
            name,
            token_hash(token),
        )
        if changed is None:
            raise NotFound(name)
        await this.record(subject=name, after={"renewed": True})
    return token


async def revoke_gateway(name: str, *, actor: Actor) -> None:
    """End a gateway's token; its readings stay."""
    async with act(Tag.GATEWAY_REVOKE, actor=actor, subject=name) as this:
        gateway = await gateway_by_name(name)
        if gateway is None:
            raise NotFound(name)
        reasons = actor.lacks(*GATEWAY_KEEPERS)
        if gateway.revoked_at is not None:
            reasons.append(Reason("gateway.revoked", _("The token of gateway {name} has ended already.", name=name)))
        refuse(_("The token cannot be revoked"), reasons)
        await sql.execute(
            "UPDATE gateway SET revoked_at = $2, revoked_by = $3 WHERE id = $1", gateway.id, this.at, actor.name
        )
        await this.record(subject=name, before={"revoked": False}, after={"revoked": True})
