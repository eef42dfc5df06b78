"""Who acts: one named person (R9), or the system itself for what no person does.

Roles say what a person may do here; whether somebody may *release* is not a role but a dated authorisation (R12),
which `accounts` keeps.
"""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.errors import Reason
from maskqms.i18n import DEFAULT_LOCALE, Text, _
from maskqms.workflow import State, Tone


class Role(State):
    """What a person is in the factory; one person may hold several."""

    OPERATOR = "operator", _("Line operator"), Tone.NEUTRAL
    INSPECTOR = "inspector", _("QC inspector"), Tone.NEUTRAL
    QUALITY = "quality", _("Quality"), Tone.NEUTRAL
    WAREHOUSE = "warehouse", _("Warehouse"), Tone.NEUTRAL
    PLANT_MANAGER = "plant_manager", _("Plant manager"), Tone.NEUTRAL
    ADMINISTRATOR = "administrator", _("Administrator"), Tone.NEUTRAL
    REGULATOR = "regulator", _("Regulator"), Tone.NEUTRAL


SIGNING_ROLES = frozenset({Role.OPERATOR, Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE, Role.PLANT_MANAGER})
"""Roles whose holders may sign quality records; an administrator signs nothing (R16), a regulator reads (R18)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person of an act, with the roles held at that moment."""

    account_id: int | None
    username: str
    name: str
    roles: frozenset[Role] = frozenset()
    station: str | None = None
    request_id: str | None = None
    locale: str = DEFAULT_LOCALE

    def has(self, *roles: Role) -> bool:
        return bool(self.roles.intersection(roles))

    def lacks(self, *roles: Role) -> list[Reason]:
        """Empty when the actor holds one of the roles, else the one reason that says whose work this is."""
        if self.has(*roles):
            return []
        names = Text(", ".join(f"{{{role}}}" for role in roles), {str(role): role.label for role in roles})
        return [
            Reason(
                "actor.role",
                _("{name} does not hold the role this needs: {roles}.", name=self.name, roles=names),
                _("Ask somebody with that role to do it."),
            )
        ]


SYSTEM = Actor(account_id=None, username="system", name="maskqms")
"""What the product does by itself: expiry at midnight, seals, imports from a shell."""
