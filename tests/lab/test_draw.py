"""The draw: sealed before it can be known, the same for everybody who counts it again, and no other choice unseen."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from maskqms.audit.seals import seal
from maskqms.errors import Reason, Refused
from maskqms.lab.actions.draw import list_cartons, open_units
from maskqms.lab.drawing import drawn, list_digest
from maskqms.lab.queries.draw import Draw, draw_of
from maskqms.lab.queries.inspections import inspection
from maskqms.quality.queries import deviation
from tests.conftest import ClientAs, Clock, People
from tests.make import materials as make
from tests.make import sampling

SCRIPT = Path(__file__).parents[2] / "docs" / "draw.py"
ROLLS = 60


@pytest.fixture(autouse=True)
async def _day(clock: Clock) -> None:
    await clock.set("2026-11-21T10:00+08:00")


async def draw(code: str) -> Draw:
    found = await draw_of(code, (await inspection(code)).id)
    assert found is not None
    return found


def script(file: Path) -> tuple[int, list[str]]:
    """What the script of the documents answers."""
    done = subprocess.run([sys.executable, SCRIPT, file], capture_output=True, text=True)
    return done.returncode, done.stdout.split()


def words(reason: Reason) -> tuple[str, str]:
    return reason.text.in_locale("zh"), reason.text.in_locale("en")


async def test_rolls_are_drawn_by_the_seal_and_the_script_counts_the_same(
    people: People, client_as: ClientAs, tmp_path: Path
) -> None:
    made = await make.received(people, count=ROLLS)
    before = await draw(made.inspection)
    assert before.chosen is None
    assert before.sealed.digest == list_digest(before.sealed.units)
    assert (len(before.sealed.units), before.sealed.draw) == (ROLLS, 3)
    with pytest.raises(Refused) as refused:
        await open_units(made.inspection, before.sealed.units[:3], actor=people.inspector)
    assert [reason.code for reason in refused.value.reasons] == ["draw.waiting"]
    assert words(refused.value.reasons[0])[0] == f"{made.inspection} 尚未抽取。"
    await seal()
    found = await draw(made.inspection)
    assert found.chosen is not None
    assert len(found.chosen) == 3
    assert found.seal is not None
    client = await client_as(people.inspector)
    for address in (f"/inspections/{made.inspection}/draw", f"/inspections/{made.inspection}/drawn"):
        page = (await client.get(address)).text
        assert all(unit in page for unit in found.chosen)
    file = tmp_path / "draw.json"
    file.write_text((await client.get(f"/inspections/{made.inspection}/draw.json")).text, encoding="utf-8")
    assert script(file) == (0, found.chosen)
    changed = json.loads(file.read_text(encoding="utf-8"))
    changed["units"].reverse()
    file.write_text(json.dumps(changed), encoding="utf-8")
    assert script(file) == (1, [])


async def test_another_choice_is_refused_or_becomes_a_deviation(people: People, client_as: ClientAs) -> None:
    made = await make.received(people, count=12)
    await seal()
    found = await draw(made.inspection)
    assert found.chosen is not None
    other = [unit for unit in found.sealed.units if unit not in found.chosen][: len(found.chosen)]
    client = await client_as(people.inspector)
    sent = {"units": "\n".join(other), "key": "open-key-1"}
    answer = await client.post(f"/inspections/{made.inspection}/openings", data=sent)
    assert answer.status_code == 409
    assert "请打开抽中的卷或箱" in answer.text
    with pytest.raises(Refused) as refused:
        await open_units(made.inspection, ["R-99"], actor=people.operator)
    assert [reason.code for reason in refused.value.reasons] == ["actor.role", "draw.unknown"]
    assert words(refused.value.reasons[1]) == ("不属于本次到货：R-99。", "Not of this delivery: R-99.")
    for _twice in range(2):
        again = await client.post(
            f"/inspections/{made.inspection}/openings", data={**sent, "reason": "压在最下层", "key": "open-key-2"}
        )
        assert again.status_code == 303
    page = (await client.get(f"/inspections/{made.inspection}/draw")).text
    assert "与抽中不符" in page
    assert (await deviation("DV-20261121-001")).unit_code == made.lot
    kept = await open_units(made.inspection, found.chosen, actor=people.inspector, reason="按抽取")
    assert kept.deviation is None


async def test_cartons_are_counted_once_and_drawn_by_number(people: People, client_as: ClientAs) -> None:
    await sampling.source(people)
    made = await sampling.received(people, 1)
    assert await draw_of(made.inspection, (await inspection(made.inspection)).id) is None
    client = await client_as(people.warehouse)
    assert "清点箱数" in (await client.get(f"/inspections/{made.inspection}/draw")).text
    wrong = await client.post(f"/inspections/{made.inspection}/cartons", data={"cartons": "many", "draw": "2"})
    assert wrong.status_code == 422
    assert 'value="many"' in wrong.text
    await list_cartons(made.inspection, cartons=20, draw=3, actor=people.warehouse)
    await seal()
    found = await draw(made.inspection)
    assert found.chosen is not None
    assert len(found.chosen) == 3
    assert set(found.chosen) < {f"C{number:04d}" for number in range(1, 21)}
    with pytest.raises(Refused) as refused:
        await list_cartons(made.inspection, cartons=0, draw=3, actor=people.operator)
    assert {reason.code for reason in refused.value.reasons} == {"actor.role", "draw.listed", "draw.cartons"}
    assert words(refused.value.reasons[1]) == ("抽取清单已经封存。", "The list to draw from is sealed already.")


def test_every_unit_is_drawn_about_as_often_as_any_other() -> None:
    units = [f"R{number:02d}" for number in range(10)]
    counts = dict.fromkeys(units, 0)
    for turn in range(2000):
        for unit in drawn(units, 3, f"{turn:064x}"):
            counts[unit] += 1
    assert all(500 < count < 700 for count in counts.values())
    assert drawn(units, 3, "00") == drawn(units, 3, "00")
    assert drawn(units, 10, "00") == units
