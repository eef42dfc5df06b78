"""Units as instruments write them, to UCUM. An unknown one stays unknown: nothing is converted or assumed."""

_UCUM = {
    "g": "g", "G": "g", "kg": "kg", "Kg": "kg", "KG": "kg", "mg": "mg", "t": "t",
    "lb": "[lb_av]", "oz": "[oz_av]", "ct": "[car_m]", "GN": "[gr]", "ozt": "[oz_tr]",
    "PC": "{piece}", "PCS": "{piece}", "pcs": "{piece}", "pc": "{piece}",
    "N": "N", "kgf": "kgf", "lbF": "[lbf_av]",
    "%": "%", "Pa": "Pa", "kPa": "kPa", "mm": "mm", "s": "s", "L/min": "L/min", "mmHg": "mm[Hg]",
}  # fmt: skip


def ucum(raw: str) -> str | None:
    """The UCUM code of a unit as an instrument wrote it."""
    return _UCUM.get(raw)
