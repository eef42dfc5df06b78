"""`maskqms bench labels`: carton labels a second, beside the bare typesetting of the same pages.

The floor compiles pages whose data was made beforehand: no judging, no bar codes, no measuring of words. Both sides get
new cartons in every round, so that nothing is answered from a cache that a real run would not have.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import count

import click

from maskqms.commandline import answering, json_option, print_json
from maskqms.labels.content import CartonLabel
from maskqms.labels.gs1.keys import gtin14, sscc
from maskqms.labels.layouts import placed
from maskqms.labels.rendering import Form, compile_pdf, page_data, render_many
from maskqms.labels.symbols import Dpi

BUDGET = 200
ROUND = 100
BASE = "http://localhost:8000"


@dataclass(frozen=True, slots=True)
class LabelRates:
    """Labels a second of the product and of the floor, and whether the budget is kept."""

    labels: int
    labels_per_second: float
    floor_per_second: float
    share_of_floor: float
    budget: int
    kept: bool


def carton(number: int) -> CartonLabel:
    """One of the cartons of a batch: constant words, its own serial and SSCC."""
    return CartonLabel(
        product="医用外科口罩（灭菌型）",
        product_en="Surgical mask, sterile",
        model="17.5 cm × 9.5 cm",
        standard="YY 0469-2023",
        batch="MB-20261121-003",
        made_on=date(2026, 11, 21),
        expires_on=date(2028, 11, 20),
        boxes=40,
        pieces=2000,
        gtin=gtin14("6901234567892", 1),
        serial=f"20261121003C{number:06d}",
        sscc=sscc(0, "6901234", number),
        gross_kilograms=Decimal("9.8"),
        size="52×38×41 cm",
        maker="样板医疗用品有限公司",
        storage="避光、干燥、≤40 °C",
        single_use=True,
    )


def bench_labels(seconds: float) -> LabelRates:
    """Measure for about that long, half of it the floor, in turns."""
    numbers = count(1)
    render_many([carton(next(numbers))], Form.PDF, base=BASE)  # reads the font and the templates
    spent = floor = 0.0
    rounds = 0
    end = time.perf_counter() + seconds
    while rounds == 0 or time.perf_counter() < end:
        spent += _timed(partial(render_many, _some(numbers), Form.PDF, base=BASE))
        ready = _some(numbers)
        pages = page_data(ready, [placed(label, Dpi.D203, BASE) for label in ready], vectors=True, mono=False)
        floor += _timed(partial(compile_pdf, pages))
        rounds += 1
    labels = rounds * ROUND
    rate, bare = labels / spent, labels / floor
    return LabelRates(labels, round(rate, 1), round(bare, 1), round(rate / bare, 3), BUDGET, rate >= BUDGET)


def _some(numbers: Iterator[int]) -> list[CartonLabel]:
    return [carton(next(numbers)) for _ in range(ROUND)]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@click.command("labels")
@click.option("--seconds", default=10.0, show_default=True, help="How long to measure.")
@json_option
@answering
def labels_command(seconds: float, as_json: bool) -> None:
    """Carton labels a second as print-ready PDF; exit 1 when the budget is missed."""
    rates = bench_labels(seconds)
    if as_json:
        print_json(asdict(rates))
    else:
        click.echo(f"{rates.labels_per_second} labels/s, budget {rates.budget}")
        click.echo(f"{rates.floor_per_second} labels/s bare typesetting of the same pages")
    sys.exit(0 if rates.kept else 1)


BENCHES = [labels_command]
