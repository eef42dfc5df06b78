"""GS1 Digital Link: the same elements as a web address, for phones.

The path is the key and its qualifiers in their fixed order, everything else is the query. The address stands on goods
for years, so the domain is always the factory's published one and never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, unquote, urlsplit

from maskqms.errors import Reason, Refused, refuse
from maskqms.i18n import _
from maskqms.labels.gs1.elements import Element, value_of
from maskqms.labels.gs1.keys import is_digits
from maskqms.labels.gs1.pairing import blockers

QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": ((),),
    "01": (("22", "10", "21"), ("235",)),
    "8006": (("22", "10", "21"),),
    "414": (("254",),),
    "253": ((),),
    "401": ((),),
    "402": ((),),
    "8003": ((),),
    "8004": ((),),
}


def digital_link(elements: Sequence[Element], domain: str) -> str:
    """The address of the item below `domain` (`https://example.cn`)."""
    reasons = [*blockers(elements), *_domain_blockers(domain)]
    keys = [element for element in elements if element.ai in QUALIFIERS]
    if not keys:
        reasons.append(Reason("link.no_key", _("A GS1 Digital Link needs a key such as (01) or (00)")))
    refuse(_("No GS1 Digital Link was made"), reasons)
    key = keys[0]
    path = [key]
    for sequence in QUALIFIERS[key.ai]:
        found = [Element(ai, value) for ai in sequence if (value := value_of(elements, ai)) is not None]
        if found:
            path += found
            break
    rest = [element for element in elements if element not in path]
    address = domain.rstrip("/") + "".join(f"/{e.ai}/{quote(e.value, safe='')}" for e in path)
    query = "&".join(f"{e.ai}={quote(e.value, safe='')}" for e in rest)
    return f"{address}?{query}" if query else address


def _domain_blockers(domain: str) -> list[Reason]:
    parts = urlsplit(domain)
    if parts.scheme in ("http", "https") and parts.netloc and not parts.query and not parts.fragment:
        return []
    return [Reason("link.domain", _("{domain} is not a web address: https://...", domain=domain or "-"))]


def read_digital_link(address: str) -> tuple[Element, ...]:
    """The elements of a GS1 Digital Link, judged like those of any other carrier."""
    parts = urlsplit(address)
    steps = parts.path.strip("/").split("/")
    start = next((i for i in range(len(steps) - 1) if steps[i] in QUALIFIERS and (len(steps) - i) % 2 == 0), None)
    if parts.scheme not in ("http", "https") or start is None:
        raise Refused(
            _("Not a GS1 Digital Link"),
            [Reason("link.no_key", _("The address holds no GS1 key: {address}", address=address))],
        )
    path = [Element(steps[i], unquote(steps[i + 1])) for i in range(start, len(steps), 2)]
    reasons = _order_blockers(path)
    # Queries may carry keys of other owners; only all-digit names speak GS1.
    pairs = (pair.partition("=") for pair in parts.query.split("&"))
    rest = [Element(ai, unquote(value)) for ai, _sign, value in pairs if is_digits(ai)]
    elements = (_padded(path[0]), *path[1:], *rest)
    refuse(_("Not a GS1 Digital Link"), [*reasons, *blockers(elements)])
    return elements


def _padded(key: Element) -> Element:
    """Older links carry a shorter GTIN; (01) always means fourteen digits."""
    return Element(key.ai, key.value.zfill(14)) if key.ai == "01" else key


def _order_blockers(path: Sequence[Element]) -> list[Reason]:
    given = [element.ai for element in path[1:]]
    for sequence in QUALIFIERS[path[0].ai]:
        if given == [ai for ai in sequence if ai in given]:
            return []
    facts = {"key": path[0].ai, "given": ", ".join(given)}
    text = _("After ({key}) the parts {given} are not allowed, or not in this order", **facts)
    return [Reason("link.order", text)]
