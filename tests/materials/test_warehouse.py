"""Where a unit may stand: the status decides, on the handheld and at the desk, and the lists say what stands wrong."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from maskqms.actor import SYSTEM
from maskqms.db.clock import now
from maskqms.errors import Refused
from maskqms.i18n import in_locale
from maskqms.materials.actions.locations import Placed, enter_location, put_away, set_location_active
from maskqms.materials.queries.locations import misplaced, moves, unplaced
from maskqms.materials.rules.locations import BY_STATE, allowed_kinds
from maskqms.materials.stock_states import LocationKind
from maskqms.trace.actions.holds import place_hold
from maskqms.trace.actions.movements import record_movement
from maskqms.trace.actions.units import move_to, set_state
from maskqms.trace.queries.units import unit_by_code
from maskqms.trace.states import MovementKind, UnitKind, UnitState
from tests.conftest import ClientAs, People
from tests.make import materials as make
from tests.make import warehouse
from tests.make.batches import make_roll
from tests.make.warehouse import CODES

pytestmark = pytest.mark.usefixtures("db")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return sorted({reason.code for reason in refused.value.reasons})


async def put(people: People, code: str, kind: LocationKind) -> Placed:
    return await put_away(code, location=CODES[kind], actor=people.warehouse)


async def places_for(people: People, code: str) -> set[LocationKind]:
    """Every kind of place that takes the unit now."""
    found = set()
    for kind in LocationKind:
        said = []
        try:
            await put(people, code, kind)
        except Refused as refused:
            said = [reason.code for reason in refused.reasons if reason.remedy]
        if not said:
            found.add(kind)
        assert said in ([], ["location.status"])
    return found


async def test_a_unit_stands_only_where_its_status_lets_it(people: People) -> None:
    await warehouse.places(people)
    K = LocationKind
    for state, expected in (
        (UnitState.QUARANTINE, {K.AWAITING}),
        (UnitState.RELEASED, {K.QUALIFIED, K.LINE}),
        (UnitState.CONDITIONAL, {K.QUALIFIED, K.LINE}),
        (UnitState.REJECTED, {K.REJECTED}),
    ):
        await make_roll(f"R-{state}", state=state)
        assert await places_for(people, f"R-{state}") == expected
    await place_hold(unit="R-released", reason="过滤效率存疑", actor=people.quality)
    assert await places_for(people, "R-released") == {K.HOLD, K.REJECTED, K.RECALL}
    await make_roll("R-old", days=-1)
    assert await places_for(people, "R-old") == {K.HOLD, K.REJECTED, K.AWAITING}
    back = await make_roll("C-1", kind=UnitKind.CARTON, state=UnitState.QUARANTINE, unit="piece")
    await record_movement(back.id, kind=MovementKind.RESTOCK, quantity=Decimal(1), actor=SYSTEM, reason="客户退货")
    assert await places_for(people, "C-1") == {K.RETURNS, K.RECALL, K.REJECTED}


def test_every_state_has_its_places_and_no_usable_unit_stands_among_the_rejected() -> None:
    assert set(BY_STATE) == set(UnitState)
    for state in UnitState:
        for held in (False, True):
            for expired in (False, True):
                for returned in (False, True):
                    kinds = allowed_kinds(state, held=held, expired=expired, returned=returned)
                    fit = state in (UnitState.RELEASED, UnitState.CONDITIONAL)
                    if LocationKind.QUALIFIED in kinds:
                        assert fit
                        assert not held
                        assert not expired
                        assert not returned


async def test_a_refused_move_says_why_and_where_to_in_both_languages(people: People) -> None:
    await warehouse.places(people)
    made = await make.received(people, count=1)
    roll = f"{made.lot}-R01"
    with pytest.raises(Refused) as refused:
        await put(people, roll, LocationKind.QUALIFIED)
    [reason] = refused.value.reasons
    with in_locale("zh"):
        assert str(reason.text) == f"{roll}（待验）不得放入 Q-01（合格区）。"
        assert str(reason.remedy) == "请放入此类库位：待验区。"
    with in_locale("en"):
        assert str(reason.text) == f"{roll} is Quarantine; it may not stand in Q-01: Qualified goods."
        assert str(reason.remedy) == "Put it in a place of this kind: Awaiting inspection."
    assert [link.label for link in reason.path] == [roll, "Q-01"]
    assert (await unit_by_code(roll)).location is None


async def test_a_lot_goes_with_all_its_rolls_and_the_history_is_kept(people: People) -> None:
    await warehouse.places(people)
    made = await make.received(people)
    assert len(await unplaced()) == 4
    done = await put_away(made.lot, location="W-01", actor=people.warehouse)
    assert done.units == 4
    assert await unplaced() == []
    with pytest.raises(Refused) as refused:
        await put(people, made.lot, LocationKind.AWAITING)
    assert codes(refused) == ["location.same"]
    roll = await unit_by_code(f"{made.lot}-R01")
    assert roll.location == "W-01"
    [line] = await moves(unit=roll.id)
    assert (line.before, line.after, line.who) == (None, "W-01", people.warehouse.name)


async def test_when_a_lot_is_decided_the_list_says_what_stands_wrong_now(people: People) -> None:
    await warehouse.places(people)
    made = await make.received(people)
    await put_away(made.lot, location="W-01", actor=people.warehouse)
    assert await misplaced(await now()) == []
    await make.inspected(people, made.inspection)
    await make.decide(people, made.lot)
    found = await misplaced(await now())
    assert [unit.code for unit in found] == [f"{made.lot}-R0{n}" for n in range(1, 5)]
    assert found[0].total == 4
    await put_away(made.lot, location="Q-01", actor=people.warehouse)
    assert await misplaced(await now()) == []
    await place_hold(unit=f"{made.lot}-R02", reason="破损", actor=people.quality)
    assert [unit.code for unit in await misplaced(await now())] == [f"{made.lot}-R02"]
    await put(people, f"{made.lot}-R02", LocationKind.HOLD)
    assert await misplaced(await now()) == []


async def test_the_list_and_the_rule_agree_for_every_status(people: People) -> None:
    """The rule as SQL, which pages, and the rule as Python, which refuses."""
    await warehouse.places(people)
    number = 0
    for state in (UnitState.QUARANTINE, UnitState.CONDITIONAL, UnitState.RELEASED, UnitState.REJECTED):
        for held in (False, True):
            for days in (-1, 30):
                for kind in LocationKind:
                    number += 1
                    unit = await make_roll(f"R-{number:03d}", state=state, days=days)
                    await move_to(unit.id, CODES[kind], actor=SYSTEM)
                    if held and kind is LocationKind.AWAITING:
                        await place_hold(unit=unit.code, reason="存疑", actor=people.quality)
    at = await now()
    wrong = {unit.code for unit in await misplaced(at, limit=1000)}
    for n in range(1, number + 1):
        row = await unit_by_code(f"R-{n:03d}")
        kind = next(kind for kind, code in CODES.items() if code == row.location)
        expired = row.usable_until is not None and at >= row.usable_until
        allowed = allowed_kinds(row.state, held=row.held, expired=expired)
        assert (row.code in wrong) is (kind not in allowed), (row.state, row.held, expired, kind)


async def test_the_register_refuses_doubles_strangers_and_closing_what_is_full(people: People) -> None:
    await warehouse.places(people)
    await make_roll("R-1")
    for who, code, said in (
        (people.warehouse, "Q-01", ["location.twice"]),
        (people.warehouse, "R-1", ["location.unit_code"]),
        (people.operator, "Q-02", ["actor.role"]),
    ):
        with pytest.raises(Refused) as refused:
            await enter_location(code=code, name_zh="架", kind=LocationKind.QUALIFIED, actor=who)
        assert codes(refused) == said
    await put(people, "R-1", LocationKind.QUALIFIED)
    with pytest.raises(Refused) as refused:
        await set_location_active("Q-01", active=False, actor=people.warehouse)
    assert codes(refused) == ["location.not_empty"]
    await put(people, "R-1", LocationKind.LINE)
    assert not (await set_location_active("Q-01", active=False, actor=people.warehouse)).active
    with pytest.raises(Refused) as refused:
        await put(people, "R-1", LocationKind.QUALIFIED)
    assert codes(refused) == ["location.closed"]
    with in_locale("zh"):
        assert "库位 Q-01 已停用。" in str(refused.value)
    with pytest.raises(Refused) as refused:
        await set_location_active("Q-01", active=False, actor=people.warehouse)
    assert codes(refused) == ["record.changed"]


async def test_strangers_move_nothing_and_what_is_gone_is_not_moved(people: People) -> None:
    await warehouse.places(people)
    unit = await make_roll("R-1")
    with pytest.raises(Refused) as refused:
        await put_away("R-1", location="Q-01", actor=people.regulator)
    assert codes(refused) == ["actor.role"]
    await record_movement(unit.id, kind=MovementKind.SCRAP, quantity=Decimal(500), actor=SYSTEM, reason="受潮")
    with pytest.raises(Refused) as refused:
        await put(people, "R-1", LocationKind.QUALIFIED)
    assert codes(refused) == ["location.nothing"]


async def test_a_move_and_a_rejection_at_the_same_time_leave_no_rejected_unit_unseen(people: People) -> None:
    await warehouse.places(people)
    unit = await make_roll("R-1")
    await asyncio.gather(
        put(people, "R-1", LocationKind.QUALIFIED),
        set_state(unit.id, UnitState.REJECTED, actor=SYSTEM),
        return_exceptions=True,
    )
    row = await unit_by_code("R-1")
    assert row.location is None or [one.code for one in await misplaced(await now())] == ["R-1"]


async def test_the_handheld_answers_done_refused_and_unknown(people: People, client_as: ClientAs) -> None:
    await warehouse.places(people)
    await make_roll("R-1")
    client = await client_as(people.warehouse)
    client.headers.update({"hx-request": "true", "x-scan": "1"})
    home = "/station/warehouse"
    assert "上架" in (await client.get(home)).text
    assert "R-1" in (await client.get(f"{home}/put-away")).text
    scanned = await client.post(f"{home}/put-away", data={"code": "r-1", "key": "a" * 32})
    assert scanned.headers["hx-redirect"] == f"{home}/put-away?unit=R-1"
    page = await client.get(f"{home}/put-away?unit=R-1")
    assert "Q-01" in page.text
    assert "合格区" in page.text
    for _time in range(2):
        done = await client.post(f"{home}/put-away", data={"code": "Q-01", "unit": "R-1", "key": "b" * 32})
        assert done.status_code == 200
        assert 'data-answer="done"' in done.text
        assert "R-1 已放入 Q-01" in done.text
    refused = await client.post(f"{home}/put-away", data={"code": "W-01", "unit": "R-1", "key": "c" * 32})
    assert refused.status_code == 409
    assert 'data-answer="refused"' in refused.text
    assert "location.status" in refused.text
    unknown = await client.post(f"{home}/put-away", data={"code": "ZZZ", "key": "d" * 32})
    assert 'data-answer="unknown"' in unknown.text
    chosen = await client.post(f"{home}/put-away", data={"code": "L1-IN", "key": "e" * 32})
    assert chosen.headers["hx-redirect"] == f"{home}/put-away?place=L1-IN"
    assert "逐件扫描放入 L1-IN 的物品" in (await client.get(f"{home}/put-away?place=L1-IN")).text
    done = await client.post(f"{home}/put-away", data={"code": "R-1", "place": "L1-IN", "key": "f" * 32})
    assert "R-1 已放入 L1-IN" in done.text
    assert (await unit_by_code("R-1")).location == "L1-IN"
    looked = await client.post(f"{home}/look-up", data={"code": "R-1", "key": "g" * 32})
    assert looked.headers["hx-redirect"] == f"{home}/look-up?code=R-1"
    assert "L1-IN" in (await client.get(f"{home}/look-up?code=R-1")).text
    assert "R-1" in (await client.get(f"{home}/look-up?code=L1-IN")).text


async def test_the_desk_keeps_the_register_and_prints_labels(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.warehouse)
    assert "还没有库位" in (await client.get("/locations")).text
    wrong = await client.post("/locations", data={"code": "q 1", "name_zh": "架", "kind": "qualified"})
    assert wrong.status_code == 422
    assert "q 1" in wrong.text
    entered = await client.post("/locations", data={"code": "Q-01", "name_zh": "合格一架", "kind": "qualified"})
    assert entered.headers["location"] == "/locations/Q-01"
    assert "合格一架" in (await client.get("/locations/Q-01")).text
    assert (await client.get("/c/Q-01")).headers["location"] == "/locations/Q-01"
    label = await client.post("/locations/Q-01/label")
    assert label.content.startswith(b"%PDF")
    made = await make.received(people, count=1)
    await move_to((await unit_by_code(f"{made.lot}-R01")).id, "Q-01", actor=SYSTEM)
    assert "放错库位" in (await client.get("/stock/to-move")).text
    assert "应放入：待验区" in (await client.get("/locations/Q-01")).text
    assert "放错库位" in (await client.get("/")).text
    closed = await client.post("/locations/Q-01/active", data={})
    assert closed.status_code == 409
    assert "location.not_empty" in closed.text


async def test_the_lists_cost_the_same_statements_however_long_they_are(
    people: People, client_as: ClientAs, asked: list[str]
) -> None:
    await warehouse.places(people)
    client = await client_as(people.warehouse)
    costs: list[list[int]] = []
    addresses = ("/stock", "/stock/expiry", "/stock/age", "/stock/to-move", "/locations", "/ledgers/reconciled",
                 "/ledgers/purchase", "/ledgers/use", "/ledgers/inspection", "/storage", "/stock/counts")  # fmt: skip
    for count in (1, 6):
        for n in range(count):
            await make_roll(f"R-{count}-{n}")
        costs.append([])
        for address in addresses:
            asked.clear()
            assert (await client.get(address)).status_code == 200, address
            costs[-1].append(len(asked))
    assert costs[0] == costs[1]
