"""Pieces counted one by one against Ac and Re: a piece counts once, nothing is lost by taking back."""

from __future__ import annotations

import pytest

from maskqms.errors import NotFound, Refused
from maskqms.i18n import in_locale
from maskqms.lab.actions.tally import count_pieces, enter_count, undo_count
from maskqms.lab.queries.sheets import sheet
from maskqms.lab.queries.tally import entries_of
from maskqms.lab.states import DefectClass, Outcome
from maskqms.lab.tallying import count
from tests.conftest import ClientAs, People
from tests.make import lab as make


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def words(refused: pytest.ExceptionInfo[Refused], locale: str) -> str:
    with in_locale(locale):
        return " ".join(f"{reason.text} {reason.remedy or ''}" for reason in refused.value.reasons)


async def test_the_count_against_ac_and_re_becomes_the_value(people: People) -> None:
    row = await make.inspection(people.quality)  # n 50, Ac 1, Re 2
    with pytest.raises(Refused) as refused:
        await enter_count(row.code, test="APPEAR", actor=people.inspector)
    assert codes(refused) == {"tally.unfinished"}
    assert "已检查 0 件" in words(refused, "zh")
    assert "0 of 50 pieces were looked at" in words(refused, "en")
    await count_pieces(row.code, test="APPEAR", pieces=48, actor=people.inspector)
    await count_pieces(row.code, test="APPEAR", defect_class=DefectClass.MAJOR, defect="破洞", actor=people.inspector)
    await count_pieces(row.code, test="APPEAR", defect_class=DefectClass.MINOR, same_piece=True, actor=people.inspector)
    found = count(await entries_of(row.id, "APPEAR"))
    assert (found.inspected, found.nonconforming, found.by_class[DefectClass.MINOR]) == (49, 1, 1)
    with pytest.raises(Refused) as refused:
        await count_pieces(row.code, test="APPEAR", pieces=2, actor=people.inspector)
    assert codes(refused) == {"tally.too_many"}
    assert "超出" in words(refused, "zh")
    assert "too many" in words(refused, "en")
    await count_pieces(row.code, test="APPEAR", actor=people.inspector)
    answer = await enter_count(row.code, test="APPEAR", actor=people.inspector2)
    assert (answer.text, answer.outcome) == ("1", Outcome.PASS)
    with pytest.raises(Refused) as refused:
        await count_pieces(row.code, test="APPEAR", actor=people.warehouse)
    assert codes(refused) == {"actor.role", "tally.closed", "tally.too_many"}
    assert "已录入" in words(refused, "zh")
    assert "was entered already" in words(refused, "en")
    assert people.inspector.account_id in (await sheet(row.code)).analysts


async def test_re_ends_the_count_before_the_last_piece(people: People) -> None:
    row = await make.inspection(people.quality)
    for _piece in range(2):
        await count_pieces(row.code, test="APPEAR", defect_class=DefectClass.CRITICAL, actor=people.inspector)
    answer = await enter_count(row.code, test="APPEAR", actor=people.inspector)
    assert (answer.text, answer.outcome) == ("2", Outcome.FAIL)


async def test_what_was_taken_back_does_not_count_and_stays_readable(people: People) -> None:
    row = await make.inspection(people.quality)
    entry = await count_pieces(row.code, test="APPEAR", defect_class=DefectClass.MAJOR, actor=people.inspector)
    with pytest.raises(Refused) as refused:
        await undo_count(row.code, test="APPEAR", entry=entry, reason=" ", actor=people.inspector)
    assert codes(refused) == {"reason.missing"}
    assert "哪里计错了" in words(refused, "zh")
    assert "counted wrongly" in words(refused, "en")
    await undo_count(row.code, test="APPEAR", entry=entry, reason="看错，为反光", actor=people.inspector)
    entries = await entries_of(row.id, "APPEAR")
    assert [one.undone for one in entries] == ["看错，为反光"]
    assert count(entries).nonconforming == 0
    with pytest.raises(Refused) as refused:
        await undo_count(row.code, test="APPEAR", entry=entry, reason="再撤", actor=people.inspector)
    assert codes(refused) == {"tally.undone"}
    with pytest.raises(Refused) as refused:
        await count_pieces(
            row.code, test="APPEAR", defect_class=DefectClass.MINOR, same_piece=True, actor=people.inspector
        )
    assert codes(refused) == {"tally.no_piece"}
    assert "不能追加缺陷" in words(refused, "zh")
    assert "no defect that another one could join" in words(refused, "en")
    with pytest.raises(NotFound):
        await undo_count(row.code, test="APPEAR", entry=99, reason="无", actor=people.inspector)
    with pytest.raises(NotFound):
        await count_pieces(row.code, test="PFE", actor=people.inspector)


async def test_the_page_counts_live_and_once_per_key(people: People, client_as: ClientAs) -> None:
    row = await make.inspection(people.quality)
    client = await client_as(people.inspector)
    url = f"/inspections/{row.code}/tally/APPEAR"
    assert "逐件计数" in (await client.get(f"/inspections/{row.code}")).text
    assert 'data-hotkey="0"' in (await client.get(url)).text
    given = {"defect_class": "major", "defect": "油污", "key": "count-piece-1"}
    for _time in range(2):
        answer = await client.post(url, data=given)
        assert answer.status_code == 200
        assert "还有 49 件待检查" in answer.text
        assert "油污" in answer.text
    assert (await client.post(url, data={"pieces": "zero"})).status_code == 422
    entry = (await entries_of(row.id, "APPEAR"))[0].id
    undone = {"entry": str(entry), "reason": "重复", "key": "undo-piece-1"}
    assert (await client.post(f"{url}/undo", data=undone)).status_code == 303
    assert "已撤销：重复" in (await client.get(url)).text
    assert (await client.post(url, data={"pieces": "50", "key": "count-piece-2"})).status_code == 200
    assert (await client.post(f"{url}/enter", data={"key": "enter-count-1"})).status_code == 303
    assert "已录入：不合格 0 件" in (await client.get(url)).text
