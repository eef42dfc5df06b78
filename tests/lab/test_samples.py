"""A sample from the roll to the bin: who took it, who has it, and that who took it neither reviews nor decides."""

from __future__ import annotations

from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image

from maskqms.errors import IllegalMove, Refused
from maskqms.i18n import in_locale
from maskqms.lab.actions.finish import finish_entry
from maskqms.lab.actions.samples import move_sample, print_sample_label, take_sample
from maskqms.lab.queries.inspections import InspectionRow
from maskqms.lab.queries.samples import sample, samples, steps_of
from maskqms.lab.states import SampleState
from maskqms.labels.rendering import Form
from maskqms.labels.symbols import Dpi
from maskqms.trace.queries.balance import balance
from maskqms.trace.queries.units import unit_by_code
from tests.conftest import ClientAs, People
from tests.make import lab as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def taken(people: People, row: InspectionRow | None = None, quantity: str = "10") -> str:
    about = row or await make.inspection(people.quality)
    done = await take_sample(
        about.code, unit=about.subject_code, quantity=Decimal(quantity), container="密封袋", actor=people.inspector
    )
    return done.code


async def test_a_sample_leaves_the_stock_and_passes_from_hand_to_hand(people: People) -> None:
    code = await taken(people)
    row = await sample(code)
    assert code.startswith("SA-")
    assert (await unit_by_code(row.unit_code)).on_hand == 990
    await move_sample(code, SampleState.HANDED, to="inspector2", actor=people.inspector)
    await move_sample(code, SampleState.RECEIVED, actor=people.inspector2)
    await move_sample(code, SampleState.IN_TEST, actor=people.inspector2)
    await move_sample(code, SampleState.RETAINED, storage="留样柜 3", actor=people.inspector2)
    await move_sample(code, SampleState.DISPOSED, note="留样期满，按医废处置", actor=people.inspector2)
    steps = await steps_of(row.id)
    assert [(step.state, step.holder_name) for step in steps] == [
        (SampleState.TAKEN, "李检验"), (SampleState.HANDED, "赵检验"), (SampleState.RECEIVED, "赵检验"),
        (SampleState.IN_TEST, "赵检验"), (SampleState.RETAINED, "赵检验"), (SampleState.DISPOSED, "赵检验"),
    ]  # fmt: skip
    assert (await balance(row.unit_code)).residue == 0


async def test_only_who_was_handed_the_sample_receives_it(people: People) -> None:
    code = await taken(people)
    await move_sample(code, SampleState.HANDED, to="inspector2", actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await move_sample(code, SampleState.RECEIVED, actor=people.quality)
    assert codes(refused) == {"sample.not_in_hand"}
    assert "已移交给 赵检验" in words(refused, "zh")
    assert "was handed to" in words(refused, "en")
    await move_sample(code, SampleState.RECEIVED, actor=people.inspector2)
    with pytest.raises(Refused) as refused:
        await move_sample(code, SampleState.IN_TEST, actor=people.inspector)
    assert codes(refused) == {"sample.not_in_hand"}
    assert "在 赵检验 手中" in words(refused, "zh")
    assert "in the hands of" in words(refused, "en")


async def test_a_chain_cannot_be_shortened_or_left_without_words(people: People) -> None:
    code = await taken(people)
    with pytest.raises(Refused) as refused:
        await move_sample(code, SampleState.DISPOSED, actor=people.operator)
    assert codes(refused) == {"actor.role", "state.move", "sample.not_in_hand", "reason.missing"}
    assert not isinstance(refused.value, IllegalMove)
    assert "如何处置" in words(refused, "zh")
    for to, expected, zh, en in (
        (None, "sample.to_whom", "移交给谁", "to whom"),
        ("nobody", "sample.unknown_person", "没有账号", "Nobody signs in"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            await move_sample(code, SampleState.HANDED, to=to, actor=people.inspector)
        assert codes(refused) == {expected}
        assert zh in words(refused, "zh")
        assert en in words(refused, "en")
    await move_sample(code, SampleState.RECEIVED, actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await move_sample(code, SampleState.RETAINED, actor=people.inspector)
    assert codes(refused) == {"sample.where"}
    assert "存放在哪里" in words(refused, "zh")
    assert "where the retained sample lies" in words(refused, "en")


async def test_a_sample_is_refused_with_every_reason(people: People) -> None:
    row = await make.inspection(people.quality)
    other = await make.unit(people.quality, "MB-OTHER")
    with pytest.raises(Refused) as refused:
        await take_sample(row.code, unit=other.code, quantity=Decimal(2000), actor=people.warehouse)
    assert codes(refused) == {"actor.role", "unit.not_enough", "sample.other_unit"}
    assert "不属于本检验的对象" in words(refused, "zh")
    assert "which this inspection is about" in words(refused, "en")
    await make.fill(row.code, people.inspector)
    await finish_entry(row.code, actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await take_sample(row.code, unit=row.subject_code, quantity=Decimal(1), actor=people.inspector)
    assert codes(refused) == {"inspection.closed"}


async def test_who_took_the_sample_does_not_review(people: People) -> None:
    row = await make.inspection(people.quality)
    await take_sample(row.code, unit=row.subject_code, quantity=Decimal(1), actor=people.inspector2)
    await make.fill(row.code, people.inspector)
    await finish_entry(row.code, actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await make.review(row.code, people, "inspector2")
    assert codes(refused) == {"person.analyst"}
    assert "取样" in words(refused, "zh")
    assert "took samples" in words(refused, "en")
    await make.review(row.code, people, "quality2")


async def test_the_label_opens_the_sample(people: People, client_as: ClientAs, tmp_path: object) -> None:
    code = await taken(people)
    png = await print_sample_label(code, form=Form.PNG, dpi=Dpi.D300, actor=people.inspector)
    path = f"{tmp_path}/label.png"
    with open(path, "wb") as file:  # noqa: ASYNC230
        file.write(png)
    said = {symbol.text for symbol in zxingcpp.read_barcodes(Image.open(path))}
    assert said == {code, f"https://check.example/c/{code}"}
    client = await client_as(people.inspector)
    for form in ("pdf", "zpl"):
        answer = await client.post(f"/samples/{code}/label", data={"form": form, "dpi": "203"})
        assert answer.status_code == 200
        assert answer.content.startswith(b"%PDF" if form == "pdf" else b"^XA")
    assert (await client.get(f"/c/{code}")).headers["location"] == f"/samples/{code}"
    with pytest.raises(Refused):
        await print_sample_label(code, form=Form.PNG, dpi=Dpi.D203, actor=people.regulator)


async def test_a_sample_is_taken_and_received_through_the_pages(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.inspector)
    assert "尚未登记样品" in (await client.get(f"/inspections/{row.code}")).text
    assert "data-client-key" in (await client.get(f"/samples/new?sheet={row.code}")).text
    given = {"inspection": row.code, "unit": "NOTHING", "quantity": "5", "key": "take-sample-1"}
    answer = await client.post("/samples", data=given)
    assert answer.status_code == 422
    assert 'value="NOTHING"' in answer.text
    for _time in range(2):
        answer = await client.post("/samples", data={**given, "unit": row.subject_code})
        assert answer.status_code == 303
    code = answer.headers["location"].rpartition("/")[2]
    assert (await unit_by_code(row.subject_code)).on_hand == 995
    moved = {"state": "handed", "to": "inspector2", "key": "hand-sample-1"}
    assert (await client.post(f"/samples/{code}/move", data=moved)).status_code == 303
    assert (await client.post(f"/samples/{code}/move", data={"state": "nonsense"})).status_code == 422
    second = await client_as(people.inspector2)
    assert code in (await second.get("/station/samples")).text
    answer = await second.post("/station/samples", data={"code": f"https://check.example/c/{code}", "key": "scan-0001"})
    assert answer.status_code == 200
    assert 'data-answer="done"' in answer.text
    assert (await sample(code)).state is SampleState.RECEIVED
    assert code in (await second.get("/samples?mine=yes")).text
    assert code in (await second.get(f"/inspections/{row.code}")).text
    assert (await client.post("/station/samples", data={"code": "SA-1", "key": "scan-0002"})).status_code == 404


async def test_the_list_takes_two_statements_whatever_its_length(people: People, asked: list[str]) -> None:
    row = await make.inspection(people.quality)
    for _n in range(3):
        await taken(people, row, "1")
    asked.clear()
    found = await samples(holder=people.inspector.account_id, state=None, text="sa-", page=1, size=2)
    assert (len(asked), found.total, len(found.rows)) == (2, 3, 2)
