"""Complete labels; every argument replaces one fact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from maskqms.labels.content import BoxLabel, CartonLabel, Label, LotLabel, RollLabel
from maskqms.labels.gs1.keys import gtin14, sscc
from maskqms.labels.states import LabelStatus

BASE = "http://localhost:8000"
GTIN_13 = "6901234567892"
GTIN_14 = gtin14(GTIN_13, 1)
GOODS: dict[str, Any] = {
    "product": "医用外科口罩（灭菌型）",
    "product_en": "Surgical mask, sterile",
    "model": "17.5 cm × 9.5 cm 耳挂式",
    "standard": "YY 0469-2023",
    "batch": "MB-20261121-003",
    "made_on": date(2026, 11, 21),
    "expires_on": date(2028, 11, 20),
    "registration": "苏械注准20262140123",
    "licence": "苏药监械生产许20200456号",
    "maker": "苏州净安医疗用品有限公司 江苏省苏州市吴中区口罩路 8 号 0512-65430000",
    "sterile": "环氧乙烷灭菌 Sterile EO",
    "storage": "避光、干燥、≤40 °C、RH≤80 %",
    "single_use": True,
}


def lot(**facts: Any) -> LotLabel:
    known: dict[str, Any] = {
        "code": "ML-20261121-001",
        "status": LabelStatus.QUARANTINE,
        "item": "熔喷非织造布 BFE99 25g/m²",
        "item_en": "Meltblown nonwoven BFE99, 25 gsm",
        "quantity": Decimal("1200.00"),
        "unit": "m",
        "supplier": "江苏瑞熔新材料有限公司",
        "supplier_lot": "RR-2611-088",
        "received_on": date(2026, 11, 21),
        "usable_until": date(2027, 5, 20),
        "material": "M-MB-25",
        "specification": "25 g/m² × 175 mm",
        "storage": "阴凉干燥 ≤30 °C",
        "inspection": "IN-20261121-004",
    }
    return LotLabel(**{**known, **facts})


def roll(**facts: Any) -> RollLabel:
    known: dict[str, Any] = {
        "code": "ML-20261121-001-R01",
        "status": LabelStatus.QUALIFIED,
        "item": "熔喷非织造布 BFE99 25g/m²",
        "lot": "ML-20261121-001",
        "number": "R01",
        "quantity": Decimal("3000"),
        "unit": "m",
        "kilograms": Decimal("13.25"),
        "supplier": "江苏瑞熔新材料有限公司",
        "supplier_lot": "RR-2611-088",
        "received_on": date(2026, 11, 21),
        "usable_until": date(2027, 5, 20),
    }
    return RollLabel(**{**known, **facts})


def box(number: int = 1, **facts: Any) -> BoxLabel:
    known = {**GOODS, "pieces": 50, "gtin": "0" + GTIN_13, "serial": f"20261121003B{number:04d}"}
    return BoxLabel(**{**known, **facts})


def carton(number: int = 1, **facts: Any) -> CartonLabel:
    known = {
        **GOODS,
        "pieces": 2000,
        "boxes": 40,
        "gtin": GTIN_14,
        "serial": f"20261121003C{number:04d}",
        "sscc": sscc(0, "6901234", number),
        "gross_kilograms": Decimal("9.80"),
        "size": "52×38×41 cm",
    }
    return CartonLabel(**{**known, **facts})


def every_kind() -> list[Label]:
    """Each kind once, lots in each of the three styles."""
    lots = [lot(status=status) for status in LabelStatus]
    return [
        *lots,
        roll(),
        box(),
        carton(),
        carton(2, link="https://check.example/01/16901234567899/10/MB-20261121-003"),
    ]
