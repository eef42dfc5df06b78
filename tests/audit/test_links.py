"""Every record that has a page of its own leads to its history, whatever sign stands in its name."""

from __future__ import annotations

import html
import re

import httpx

from maskqms.release.actions.limits import enter_limit
from maskqms.release.queries.limits import entered_limits
from maskqms.standards.catalogue import catalogue
from tests.conftest import ClientAs, People
from tests.make.materials import released
from tests.make.products import make_product
from tests.make.shipping import consignee, shipment
from tests.make.trace import unit

NOTHING = "此编号下没有任何记录"


async def follow(client: httpx.AsyncClient, page: str) -> list[str]:
    """The pages behind the links of a page that lead to histories."""
    links = [html.unescape(link) for link in re.findall(r'href="(/history/[^"]+)"', (await client.get(page)).text)]
    assert links, page
    answers = [await client.get(link) for link in links]
    assert [answer.status_code for answer in answers] == [200] * len(links)
    return [answer.text for answer in answers]


async def test_licences_shipments_and_consignees_lead_to_their_histories(people: People, client_as: ClientAs) -> None:
    await make_product(people, "P-01")
    to = await consignee(people)
    sent = await shipment(people, to.code)
    client = await client_as(people.quality)
    for page in ("/licences", f"/shipments/{sent}", f"/consignees/{to.code}", "/products/P-01"):
        assert not [text for text in await follow(client, page) if NOTHING in text], page


async def test_a_limit_with_a_slash_in_its_name_leads_to_its_history(people: People, client_as: ClientAs) -> None:
    edition = catalogue().edition("YY/T 0969-2023")
    client = await client_as(people.quality)
    address = f"/release/limits?edition={edition.edition}"
    assert "/history/" not in (await client.get(address)).text
    await enter_limit(
        edition=edition.edition,
        test="BFE",
        grade=None,
        limit=">= 99",
        clause="4.5",
        source="购买的标准文本",
        signer=await people.signer("quality"),
    )
    assert await entered_limits(edition.edition)
    (text,) = await follow(client, address)
    assert "购买的标准文本" in text


async def test_a_unit_whose_code_holds_signs_of_an_address_leads_to_its_history(
    people: People, client_as: ClientAs
) -> None:
    for code in ("A/B 1", "50%?x=#1"):
        await unit(code)
    client = await client_as(people.quality)
    for code in ("A%2FB%201", "50%25%3Fx%3D%231"):
        answer = await client.get(f"/history/{code}")
        assert NOTHING not in answer.text
        assert 'href="/c/' in answer.text


async def test_a_signature_says_whose_account_it_was(people: People, client_as: ClientAs) -> None:
    """Two people may print the same name (R19)."""
    lot = await released(people)
    page = (await (await client_as(people.operator)).get(f"/lots/{lot.code}")).text
    assert re.search(r'class="signature-name">\S+ <span class="code">quality2?</span>', page)


async def test_a_name_that_no_record_can_have_is_unknown(people: People, client_as: ClientAs) -> None:
    client = await client_as(people.quality)
    for name in ("%00", "A%00B"):
        assert (await client.get(f"/history/{name}")).status_code == 404
    assert NOTHING in (await client.get("/history/" + "x" * 500)).text
