"""The lists of Today: for whom each is, its words, and the one statement behind it. A feature adds its own here."""

from __future__ import annotations

from dataclasses import dataclass

from maskqms.actor import Role
from maskqms.i18n import Text, _
from maskqms.materials.queries.expiries import WARNED
from maskqms.materials.queries.locations import IN_STOCK, STORED, UNPLACED, WRONG_NOW
from maskqms.materials.queries.retests import DUE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A list on Today: for whom, what it says, and the statement behind it (code, words, due, total)."""

    title: Text
    empty: Text
    icon: str
    href: str
    page: str
    roles: tuple[Role, ...]
    query: str
    by_day: bool = False
    """Whether the statement asks for the day, which is the factory's and not the server's."""
    by_owner: bool = False
    """Whether it asks for the day, the days of warning, and whose things they are; quality sees those of all."""


LISTS = (
    Waiting(
        _("Inspections to work on"),
        _("No inspection waits for results."),
        "microscope",
        "/inspections/day",
        "/inspections",
        (Role.INSPECTOR, Role.QUALITY),
        "SELECT code, title AS words, coalesce(due_at, opened_at + interval '24 hours') AS due,"
        " count(*) OVER () AS total FROM inspection WHERE state IN ('open', 'entered')"
        " ORDER BY due_at NULLS FIRST, id LIMIT $1",
    ),
    Waiting(
        _("Material to be tested again"),
        _("No retest falls due within 14 days."),
        "calendar",
        "/retests",
        "/lots",
        (Role.INSPECTOR, Role.QUALITY),
        f"SELECT u.code, u.item AS words, d.due_on AS due, count(*) OVER () AS total {DUE}"
        " WHERE d.due_on <= $2::date + 14 AND NOT EXISTS (SELECT 1 FROM inspection i WHERE i.subject = l.id"
        " AND i.purpose = 'retest' AND i.state <> 'decided') ORDER BY d.due_on, l.id LIMIT $1",
        by_day=True,
    ),
    Waiting(
        _("Lots waiting for a decision"),
        _("No lot waits for a decision."),
        "box",
        "/lots",
        "/lots",
        (Role.INSPECTOR, Role.QUALITY, Role.WAREHOUSE),
        "SELECT code, item AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM trace_unit"
        " WHERE kind = 'lot' AND state = 'quarantine' AND import_id IS NULL ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Used before the last result"),
        _("No lot is released conditionally."),
        "clock-check",
        "/lots?state=conditional",
        "/lots",
        (Role.INSPECTOR, Role.QUALITY, Role.PLANT_MANAGER),
        "SELECT code, item AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM trace_unit"
        " WHERE kind = 'lot' AND state = 'conditional' AND import_id IS NULL ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Destructions waiting for a witness"),
        _("No destruction waits for a witness."),
        "flame",
        "/rejected",
        "/destructions",
        (Role.QUALITY, Role.WAREHOUSE, Role.INSPECTOR),
        "SELECT code, reason AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM destruction"
        " WHERE state = 'waiting' ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Regrades waiting for approval"),
        _("No regrade waits for approval."),
        "arrow-down-right",
        "/rejected",
        "/regrades",
        (Role.QUALITY,),
        "SELECT code, reason AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM regrade"
        " WHERE state = 'requested' ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Batches on the lines"),
        _("No batch is in production."),
        "building-factory-2",
        "/batches",
        "/batches",
        (Role.OPERATOR, Role.PLANT_MANAGER),
        "SELECT u.code, u.item AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM batch b"
        " JOIN trace_unit u ON u.id = b.id WHERE b.state IN ('planned', 'in_production') ORDER BY b.id LIMIT $1",
    ),
    Waiting(
        _("Batches waiting for release"),
        _("No batch waits for release."),
        "rosette-discount-check",
        "/release",
        "/batches",
        (Role.QUALITY, Role.PLANT_MANAGER),
        "SELECT u.code, u.item AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM batch b"
        " JOIN trace_unit u ON u.id = b.id WHERE b.state = 'complete' ORDER BY b.id LIMIT $1",
    ),
    Waiting(
        _("Open deviations"),
        _("No deviation is open."),
        "alert-triangle",
        "/deviations",
        "/deviations",
        (Role.QUALITY, Role.PLANT_MANAGER),
        "SELECT code, title AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM deviation"
        " WHERE state = 'open' ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Investigations of results"),
        _("No result is being investigated."),
        "zoom-question",
        "/investigations",
        "/investigations",
        (Role.INSPECTOR, Role.QUALITY),
        "SELECT k.code, i.code || ' ' || k.test AS words, NULL::timestamptz AS due, count(*) OVER () AS total"
        " FROM investigation k JOIN inspection i ON i.id = k.inspection WHERE k.state <> 'concluded'"
        " ORDER BY k.id LIMIT $1",
    ),
    Waiting(
        _("Results to be re-evaluated"),
        _("No result is in doubt because of its instrument."),
        "rotate",
        "/rechecks",
        "/instruments",
        (Role.QUALITY,),
        "SELECT n.code, n.name AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM instrument n"
        " WHERE n.id IN (SELECT d.instrument FROM lab_doubts('UTC') d WHERE NOT EXISTS (SELECT 1 FROM result_recheck c"
        " WHERE c.result = d.result AND c.calibration IS NOT DISTINCT FROM d.calibration"
        " AND c.verification IS NOT DISTINCT FROM d.verification)"
        " AND NOT EXISTS (SELECT 1 FROM result_invalidation x WHERE x.result = d.result)) ORDER BY n.code LIMIT $1",
    ),
    Waiting(
        _("Calibrations and checks that are due"),
        _("No calibration or check is due within 30 days."),
        "scale",
        "/instruments/calendar",
        "/instruments",
        (Role.INSPECTOR, Role.QUALITY),
        "SELECT code, name AS words, due, count(*) OVER () AS total FROM ("
        "SELECT code, name, calibration_due AS due FROM instrument WHERE state <> 'retired'"
        " AND kind NOT IN ('scanner', 'machine') AND (calibration_due IS NULL OR calibration_due < $2::date + 30)"
        " UNION ALL SELECT code, name, check_due FROM instrument WHERE state <> 'retired' AND check_days IS NOT NULL"
        " AND (check_due IS NULL OR check_due < $2::date + 1)) d ORDER BY due NULLS FIRST, code LIMIT $1",
        by_day=True,
    ),
    Waiting(
        _("On hold"),
        _("Nothing is on hold."),
        "lock",
        "/holds",
        "/units",
        (Role.QUALITY, Role.PLANT_MANAGER, Role.WAREHOUSE),
        "SELECT u.code, h.reason AS words, h.placed_at AS due, count(*) OVER () AS total FROM hold h"
        " JOIN trace_unit u ON u.id = h.unit WHERE h.lifted_at IS NULL ORDER BY h.id DESC LIMIT $1",
    ),
    Waiting(
        _("Papers and approvals that end soon"),
        _("Nothing of yours ends within the days of warning."),
        "certificate",
        "/expiries",
        "/suppliers",
        (Role.QUALITY, Role.WAREHOUSE, Role.INSPECTOR, Role.PLANT_MANAGER),
        WARNED,
        by_owner=True,
    ),
    Waiting(
        _("Changes under validation"),
        _("No change is under validation."),
        "git-compare",
        "/changes",
        "/changes",
        (Role.QUALITY, Role.PLANT_MANAGER),
        "SELECT code, title AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM change_control"
        " WHERE state = 'open' ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Overdue orders"),
        _("No order is overdue."),
        "shopping-cart",
        "/purchase-orders?overdue=true",
        "/purchase-orders",
        (Role.WAREHOUSE,),
        "SELECT o.code, s.name AS words, min(l.due_on) AS due, count(*) OVER () AS total FROM purchase_order o"
        " JOIN supplier s ON s.id = o.supplier JOIN purchase_line l ON l.purchase_order = o.id"
        " WHERE o.state IN ('placed', 'part_delivered') AND l.removed_at IS NULL AND l.due_on < $2::date"
        " AND l.quantity > (SELECT coalesce(sum(u.quantity), 0) FROM lot g JOIN trace_unit u ON u.id = g.id"
        " WHERE g.purchase_line = l.id) GROUP BY o.id, s.name ORDER BY min(l.due_on), o.id LIMIT $1",
        by_day=True,
    ),
    Waiting(
        _("Standing in the wrong place"),
        _("Everything stands where its status lets it stand."),
        "arrows-move",
        "/stock/to-move",
        "/units",
        (Role.WAREHOUSE,),
        "SELECT code, location || ' · ' || item AS words, NULL::timestamptz AS due, total"
        f" FROM ({STORED} WHERE {IN_STOCK} AND u.location IS NOT NULL AND {WRONG_NOW}) found ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("To be put away"),
        _("Everything is put away."),
        "package-import",
        "/stock/to-put-away",
        "/units",
        (Role.WAREHOUSE,),
        "SELECT code, item AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM trace_unit u"
        f" WHERE {UNPLACED} ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Stock counts waiting for approval"),
        _("No stock count waits for approval."),
        "clipboard-check",
        "/stock/counts",
        "/stock/counts",
        (Role.QUALITY, Role.PLANT_MANAGER),
        "SELECT code, coalesce(explanation, '-') AS words, NULL::timestamptz AS due, count(*) OVER () AS total"
        " FROM stock_count WHERE state = 'counted' ORDER BY id LIMIT $1",
    ),
    Waiting(
        _("Ended, blocked"),
        _("Nothing in stock has ended."),
        "calendar-off",
        "/stock/expiry?ends_within=0",
        "/units",
        (Role.WAREHOUSE, Role.QUALITY),
        "SELECT code, item AS words, usable_until AS due, count(*) OVER () AS total FROM trace_unit u"
        f" WHERE {IN_STOCK} AND u.usable_until <= maskqms_now() ORDER BY usable_until, id LIMIT $1",
    ),
    Waiting(
        _("Open shipments"),
        _("No shipment is open."),
        "truck",
        "/shipments",
        "/shipments",
        (Role.WAREHOUSE,),
        "SELECT s.code, c.name AS words, NULL::timestamptz AS due, count(*) OVER () AS total FROM shipment s"
        " JOIN consignee c ON c.id = s.consignee WHERE s.state = 'open' ORDER BY s.id LIMIT $1",
    ),
    Waiting(
        _("Accounts locked by wrong passwords"),
        _("No account was locked in the last 7 days."),
        "user-exclamation",
        "/audit",
        "/history",
        (Role.QUALITY, Role.ADMINISTRATOR),
        "SELECT a.username AS code, a.name AS words, max(e.at) AS due, count(*) OVER () AS total FROM audit_entry e"
        " JOIN account a ON a.username = e.subject WHERE e.tag = 'account:lock'"
        " AND e.at > maskqms_now() - interval '7 days' GROUP BY a.username, a.name ORDER BY max(e.at) DESC LIMIT $1",
    ),
)
