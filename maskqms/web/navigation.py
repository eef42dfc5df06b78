"""The map of the office, in one list. A feature adds its entry when its page exists; roles say for whom it is work.

An entry without roles is shown to everybody who is signed in; the page itself still decides who may see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maskqms.actor import Actor, Role
from maskqms.i18n import Text, _


@dataclass(frozen=True, slots=True)
class Entry:
    label: Text
    href: str
    icon: str
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    label: Text
    entries: tuple[Entry, ...]


MAP: tuple[Group, ...] = (
    Group(
        _("Today"),
        (Entry(_("Today"), "/", "layout-dashboard"),),
    ),
    Group(
        _("Incoming"),
        (
            Entry(_("Lots"), "/lots", "box"),
            Entry(_("Rejected goods"), "/rejected", "trash-x"),
            Entry(_("Purchase orders"), "/purchase-orders", "shopping-cart"),
            Entry(_("Suppliers"), "/suppliers", "truck-delivery"),
            Entry(_("Expiry calendar"), "/expiries", "calendar-due"),
            Entry(_("Supplier scorecard"), "/scorecard", "chart-bar"),
            Entry(_("Materials"), "/materials", "stack-2"),
            Entry(_("Sampling plans"), "/sampling", "chart-dots"),
        ),
    ),
    Group(
        _("Production"),
        (
            Entry(_("Batches"), "/batches", "building-factory-2"),
            Entry(_("At the line"), "/station", "device-tablet"),
            Entry(_("Master records"), "/master-records", "list-details"),
            Entry(_("Products"), "/products", "face-mask"),
            Entry(_("Licences"), "/licences", "certificate"),
        ),
    ),
    Group(
        _("Lab"),
        (
            Entry(_("My day"), "/inspections/day", "calendar-due", roles=(Role.INSPECTOR, Role.QUALITY)),
            Entry(_("Inspections"), "/inspections", "microscope"),
            Entry(_("Samples"), "/samples", "test-pipe"),
            Entry(_("Retests"), "/retests", "calendar"),
            Entry(_("Investigations"), "/investigations", "zoom-question"),
            Entry(_("Instruments"), "/instruments", "scale"),
            Entry(_("Re-evaluation"), "/rechecks", "rotate"),
            Entry(_("Outside laboratories"), "/laboratories", "building-bank"),
        ),
    ),
    Group(_("Release"), (Entry(_("Release"), "/release", "rosette-discount-check"),)),
    Group(
        _("Warehouse and shipping"),
        (
            Entry(_("Stock"), "/stock", "building-warehouse"),
            Entry(_("To be moved"), "/stock/to-move", "arrows-move"),
            Entry(_("Handheld"), "/station/warehouse", "scan"),
            Entry(_("Places"), "/locations", "map-pin"),
            Entry(_("Storage conditions"), "/storage", "temperature"),
            Entry(_("Stock counts"), "/stock/counts", "clipboard-check"),
            Entry(_("Ledgers"), "/ledgers/purchase", "notebook"),
            Entry(_("Shipments"), "/shipments", "truck-delivery"),
            Entry(_("Consignees"), "/consignees", "address-book"),
        ),
    ),
    Group(_("Labels"), ()),
    Group(
        _("Trace and recall"),
        (
            Entry(_("Trace"), "/trace", "route"),
            Entry(_("Holds"), "/holds", "lock"),
            Entry(_("Import history"), "/import", "upload", roles=(Role.QUALITY, Role.PLANT_MANAGER)),
        ),
    ),
    Group(
        _("Quality system"),
        (
            Entry(_("Deviations"), "/deviations", "alert-triangle"),
            Entry(_("Change control"), "/changes", "git-compare"),
        ),
    ),
    Group(_("For the regulator"), ()),
    Group(
        _("System"),
        (
            Entry(_("People"), "/people", "users", roles=(Role.ADMINISTRATOR,)),
            Entry(
                _("Badges"),
                "/badges",
                "id-badge-2",
                roles=(Role.ADMINISTRATOR, Role.QUALITY, Role.PLANT_MANAGER),
            ),
            Entry(_("Release authorisations"), "/authorisations", "certificate"),
            Entry(
                _("Audit trail"),
                "/audit",
                "history",
                roles=(Role.QUALITY, Role.PLANT_MANAGER, Role.ADMINISTRATOR, Role.REGULATOR),
            ),
        ),
    ),
)


def navigation(actor: Actor | None) -> Sequence[Group]:
    """The groups in which this person has an entry."""
    if actor is None:
        return ()
    groups = (Group(g.label, tuple(e for e in g.entries if not e.roles or actor.has(*e.roles))) for g in MAP)
    return [group for group in groups if group.entries]


def active_entry(path: str) -> str | None:
    """The address of the entry under which a page stands: the longest that the path begins with."""
    hits = [e.href for g in MAP for e in g.entries if path == e.href or path.startswith(e.href.rstrip("/") + "/")]
    hits = [href for href in hits if href != "/" or path == "/"]
    return max(hits, key=len, default=None)
