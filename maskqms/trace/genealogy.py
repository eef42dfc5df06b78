"""A genealogy as a picture that can be read: levels from supplier to consignee, the small ones of a level folded.

Pure: an answer in, nodes and flows out, and in words what was folded. Widths are shares of the root.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from maskqms.i18n import Text, _
from maskqms.trace.queries.answer import Trace
from maskqms.trace.states import Direction, UnitKind
from maskqms.web.filters import at_code

SHOWN = 16
"""Units of a level that are drawn by themselves; when there are more, the others are one node."""

LEVELS: tuple[tuple[str, Text], ...] = (
    ("supplier", _("Suppliers")),
    (str(UnitKind.LOT), _("Lots")),
    (str(UnitKind.ROLL), _("Rolls")),
    (str(UnitKind.BATCH), _("Batches")),
    (str(UnitKind.LOAD), _("Sterilisation loads")),
    (str(UnitKind.BOX), _("boxes")),
    (str(UnitKind.CARTON), _("cartons")),
    (str(UnitKind.PALLET), _("Pallets")),
    ("shipment", _("Shipments")),
    ("consignee", _("Consignees")),
)
RANK = {name: rank for rank, (name, _label) in enumerate(LEVELS)}
WORDS = dict(LEVELS)
FONT, LINE = 11, 14
"""Size of the words and height of their line; nodes are at least so far apart, so that words never cover each other."""
WIDEST = 170
HELD, ROOT, FOLDED = "#d63939", "#206bc4", "#9aa5b1"


@dataclass(frozen=True, slots=True)
class Fold:
    """A level of which only the greatest are drawn."""

    level: Text
    shown: int
    total: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The ECharts option, what was folded, and how many flows are not drawn: inside a folded level, or leading back."""

    option: dict[str, Any]
    folds: Sequence[Fold]
    hidden_flows: int

    @property
    def empty(self) -> bool:
        return not self.option["series"][0]["links"]


Flow = tuple[tuple[str, str], tuple[str, str], float]
"""From and to as (level, name), and the width."""


def flows_of(answer: Trace, suppliers: Mapping[int, str]) -> tuple[dict[tuple[str, str], float], list[Flow]]:
    """Every node with its weight, and every flow in the direction of the material."""
    share, nature = answer.spread.share, answer.nature_of
    key = {unit: (kind, code) for unit, (code, kind, _measure) in nature.items()}
    weights = {key[unit]: part for unit, part in share.items() if unit in key}
    flows: list[Flow] = []
    forward = answer.direction is Direction.FORWARD
    for source, target, part in zip(answer.edge_from, answer.edge_to, answer.edge_share, strict=True):
        width = share.get(source, 0.0) * part
        ends = (key[source], key[target]) if forward else (key[target], key[source])
        flows.append((*ends, width))
    fed = set(answer.edge_to if forward else answer.edge_from)
    for unit, name in suppliers.items():
        if unit in fed:  # a roll comes from its lot, and the lot from the supplier
            continue
        weights[("supplier", name)] = weights.get(("supplier", name), 0.0) + share.get(unit, 0.0)
        flows.append((("supplier", name), key[unit], share.get(unit, 0.0)))
    recorded = dict(zip(answer.ids, answer.quantities, strict=True))
    for unit, shipment, amount in zip(answer.line_units, answer.line_shipments, answer.line_quantities, strict=True):
        row = answer.shipment_of[shipment]
        total = float(recorded[unit])
        width = share[unit] * float(amount) / total if total else 0.0
        there, whom = ("shipment", row[0]), ("consignee", row[1])
        for node in (there, whom):
            weights[node] = weights.get(node, 0.0) + width
        flows += [(key[unit], there, width), (there, whom, width)]
    return weights, flows


def draw(answer: Trace, *, suppliers: Mapping[int, str], held: Collection[str], shown: int = SHOWN) -> Picture:
    """The picture: at most `shown` nodes a level and one for the rest; loops never, for ECharts draws none."""
    weights, flows = flows_of(answer, suppliers)
    drawn, folds = _fold(weights, answer, shown)
    folded = {fold_level for fold_level, _count in folds.items()}
    widths: dict[tuple[tuple[str, str], tuple[str, str]], float] = defaultdict(float)
    hidden = 0
    for source, target, width in flows:
        ends = (drawn[source], drawn[target])
        inside = source[0] == target[0] and source[0] in folded
        if inside or RANK[source[0]] > RANK[target[0]]:
            hidden += 1
        else:
            widths[ends] += width
    totals = {level: sum(1 for node in weights if node[0] == level) for level in folded}
    return Picture(
        option=_option(answer, weights, drawn, widths, totals, held),
        folds=[Fold(WORDS[level], folds[level], totals[level]) for level in sorted(folded, key=RANK.__getitem__)],
        hidden_flows=hidden,
    )


def _fold(
    weights: Mapping[tuple[str, str], float], answer: Trace, shown: int
) -> tuple[dict[tuple[str, str], tuple[str, str]], dict[str, int]]:
    """Where each node is drawn: as itself, or in the one that stands for the rest of its level ("" as name)."""
    levels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for node in weights:
        levels[node[0]].append(node)
    drawn: dict[tuple[str, str], tuple[str, str]] = {}
    folds: dict[str, int] = {}
    for level, nodes in levels.items():
        nodes.sort(key=lambda node: (node[1] != answer.root, -weights[node], node[1]))
        alone = nodes if len(nodes) <= shown + 1 else nodes[:shown]
        if len(alone) < len(nodes):
            folds[level] = len(alone)
        drawn.update({node: node for node in alone})
        drawn.update(dict.fromkeys(nodes[len(alone) :], (level, "")))
    return drawn, folds


def _option(
    answer: Trace,
    weights: Mapping[tuple[str, str], float],
    drawn: Mapping[tuple[str, str], tuple[str, str]],
    widths: Mapping[tuple[tuple[str, str], tuple[str, str]], float],
    totals: Mapping[str, int],
    held: Collection[str],
) -> dict[str, Any]:
    """The plain ECharts option; every unit opens its page on click."""
    used = {end for ends in widths for end in ends} | {drawn[node] for node in weights if node[1] == answer.root}
    data = []
    for level, name in sorted(used, key=lambda node: (RANK[node[0]], node[1])):
        words = _words(name, name in held) if name else _rest(level, drawn, totals)
        item: dict[str, Any] = {"name": _id(level, name), "label": {"formatter": words}}
        if not name:
            item["itemStyle"] = {"color": FOLDED}
        elif name in held:
            item["itemStyle"] = {"color": HELD}
        elif name == answer.root:
            item["itemStyle"] = {"color": ROOT}
        if name and level != "supplier":
            item["href"] = at_code(name)
        data.append(item)
    links = [
        {"source": _id(*source), "target": _id(*target), "value": round(max(width, 1e-9), 9)}
        for (source, target), width in sorted(widths.items())
        if source != target
    ]
    series = {
        "type": "sankey",
        "data": data,
        "links": links,
        "nodeAlign": "left" if answer.direction is Direction.FORWARD else "right",
        "emphasis": {"focus": "adjacency"},
        "lineStyle": {"color": "gradient", "opacity": 0.35},
        "label": {"fontSize": FONT, "lineHeight": LINE},
        "nodeWidth": 16,
        "nodeGap": LINE + 1,
        "right": _room(data, links),
        "left": 8,
        "top": 12,
        "bottom": 12,
    }
    return {"tooltip": {"trigger": "item"}, "series": [series]}


def _words(name: str, held: bool) -> str:
    """The code; that it is held stands there in words too, whatever the font, and last, for a long code loses its
    beginning."""
    return f"{name} {_('On hold')}" if held else name


def _room(data: Sequence[Mapping[str, Any]], links: Sequence[Mapping[str, Any]]) -> int:
    """Right of the last level: as much as its longest word needs, and no more."""
    passed = {link["source"] for link in links}
    last = [str(node["label"]["formatter"]) for node in data if node["name"] not in passed]
    longest = max((sum(FONT if sign > "\u2e7f" else FONT * 0.64 for sign in words) for words in last), default=0)
    return min(WIDEST, round(longest) + 14)


def _id(level: str, name: str) -> str:
    """Names are unique in a Sankey; a consignee may be called like a shipment."""
    return f"{level} {name}" if level in {"supplier", "shipment", "consignee"} or not name else name


def _rest(level: str, drawn: Mapping[tuple[str, str], tuple[str, str]], totals: Mapping[str, int]) -> str:
    alone = sum(1 for node, place in drawn.items() if node[0] == level and place == node)
    return str(_("{n} more: {level}", n=totals[level] - alone, level=WORDS[level]))
