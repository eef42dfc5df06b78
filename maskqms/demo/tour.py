"""The guided tour: who to be, which code to scan, what to see. Chinese first, then English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from maskqms.demo.logbook import Logbook
from maskqms.demo.people import PASSWORD, PEOPLE
from maskqms.demo.suppliers import TRADER
from maskqms.demo.warehouse import SHELF
from maskqms.i18n import LOCALES, Text, _, in_locale


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the tour. `who` is the user name; `page` the address below the server's."""

    title: Text
    who: str
    page: str
    words: Text


def stops(logbook: Logbook, data: str) -> Sequence[Stop]:
    """The stops in their order; each works by itself too."""
    code = logbook.codes
    return (
        Stop(
            _("The day begins"), "sun", "/",
            _("Everything that waits for you: a lot in quarantine, batches to release, an open deviation, and a"
              " supplier's licence that ends in a few days."),
        ),
        Stop(
            _("A delivery is refused"), "zheng", "/lots/new",
            _("Receive any quantity of material {material} from supplier {supplier}. The trader's authorisation letter"
              " has ended: the answer names the paper, the day, and what to do. Nothing was received.",
              material=code["material"], supplier=TRADER),
        ),
        Stop(
            _("What stands where, and until when"), "zheng", "/locations",
            _("Every place says what may stand in it. {expired} is still on the shelf {shelf}, though its last usable"
              " day was yesterday: Today names it. At /retests stands the meltblown that must be tested again within"
              " days; a failing retest holds the lot and all that was made of it.",
              expired=code["expired"], shelf=SHELF),
        ),
        Stop(
            _("At the line, on a tablet"), "zhang", f"/station/{code['running']}",
            _("Sign in at /station with badge and PIN: {running} is running on line 1. Under Issue scan {bad}"
              " (rejected), {expired} (expired yesterday) and {other} (not in the bill): each is refused with its"
              " reason. Scan {good}: it is issued. Then pack the pieces that wait, and print a label.",
              running=code["running"], bad=code["bad_roll"], expired=code["expired"], other=code["other_roll"],
              good=code["star_roll"]),
        ),
        Stop(
            _("The laboratory, without copying"), "chen", f"/inspections/{code['begun_sheet']}",
            _("In another terminal: maskqms gateway --simulate --data {data}. On the sheet choose a free value of PFE"
              " (+), then instrument FT-01, and wait for its next value: it comes from the port and is judged at once."
              " Sheet {weighed} takes the mass of 10 m from scale SC-01 in the same way.",
              data=data, weighed=code["weighed_sheet"]),
        ),
        Stop(
            _("A batch failed"), "sun", f"/inspections/{code['failed_sheet']}",
            _("BFE of {failed} is below 95 %. The failed sheet opened a deviation by itself, and no button releases"
              " the batch. Line 1 has used meltblown lot {star} for days, and each batch filtered a little less.",
              failed=code["failed"], star=code["star"]),
        ),
        Stop(
            _("Where did it go?"), "zhou", f"/trace?code={code['star']}",
            _("All batches, cartons and consignees that hold anything of {star}, in three lists: shipped, still to be"
              " stopped, on hand. Then backward from a carton that was sold, {carton}: what is in it.",
              star=code["star"], carton=code["shipped_carton"]),
        ),
        Stop(
            _("Stop it"), "zhou", f"/units/{code['star']}",
            _("Hold the lot with a reason: everything made of it is held in the same moment. The tablet refuses its"
              " next roll, shipment {shipment} can no longer be confirmed, and only a second person of quality"
              " (sun) can lift the hold.", shipment=code["open_shipment"]),
        ),
        Stop(
            _("Release a batch"), "wu", f"/batches/{code['ready']}/release",
            _("Every question of the gate is answered. Sign with your password: the certificate {certificate} is made,"
              " and the cartons may leave.", certificate="COC-…"),
        ),
        Stop(
            _("Two batches that stay"), "wu", f"/batches/{code['deviating']}/release",
            _("{deviating} waits for deviation {deviation}. {no_limits} (YY/T 0969-2023) waits for the limits that"
              " nobody has found: the page names each test, and quality enters its limit from the bought standard, with"
              " the clause and a signature.",
              deviating=code["deviating"], deviation=code["deviation"], no_limits=code["no_limits"]),
        ),
        Stop(
            _("Trust, but verify"), "ma", "/audit",
            _("Every act with its person and time, under a chain of signed seals: maskqms audit verify --data {data}."
              " The same answers for scripts: maskqms trace {star} --prove --json --data {data}.",
              data=data, star=code["star"]),
        ),
    )  # fmt: skip


def tell(console: Console, logbook: Logbook, *, address: str, data: str) -> None:
    """Print address, people and tour, in each language."""
    for locale in LOCALES:
        with in_locale(locale):
            _tell(console, logbook, address, data)


def _tell(console: Console, logbook: Logbook, address: str, data: str) -> None:
    console.rule(str(_("Demo factory: {name}", name=_("Jinghu Medical Supplies, Changyuan, Henan"))))
    console.print(str(_("Open {address}", address=address)), style="bold", highlight=False)
    console.print(str(_("Every password is {password}", password=PASSWORD)), highlight=False)
    console.print(_people(logbook))
    for number, stop in enumerate(stops(logbook, data), start=1):
        console.print(f"{number}. {stop.title}", style="bold", highlight=False, markup=False)
        where = str(_("as {who}: {page}", who=stop.who, page=f"{address}{stop.page}"))
        console.print(f"   {where}", highlight=False, markup=False, soft_wrap=True)
        console.print(f"   {stop.words}", highlight=False, markup=False, soft_wrap=True)
    console.print()


def _people(logbook: Logbook) -> Table:
    table = Table(show_edge=False, pad_edge=False, box=None)
    for head, wraps in ((_("User name"), False), (_("Who"), True), (_("Badge"), False), (_("PIN"), False)):
        table.add_column(str(head), no_wrap=not wraps)
    for person in PEOPLE:
        who = f"{person.name}  {person.role.label} · {person.work}"
        table.add_row(person.username, who, logbook.badges.get(person.username, ""), person.pin or "")
    return table
