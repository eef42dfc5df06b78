"""What the columns and facts of the supplier file are called in the trail; a part of `field_names`."""

from __future__ import annotations

from maskqms.i18n import Text, _

SUPPLIER_FIELDS: dict[str, Text] = {
    "condition": _("Condition"),
    "evaluate_by": _("Evaluate again by"),
    "evaluation": _("Evaluation"),
    "maker": _("Original maker"),
    "owner": _("Owner"),
    "since": _("Since"),
    "validates": _("Validates"),
}
