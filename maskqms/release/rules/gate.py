"""The gate: every question of R87 asked of the facts, never only up to the first no. It has no override."""

from __future__ import annotations

from maskqms.release.rules.facts import GateFacts
from maskqms.release.rules.materials import material_checks
from maskqms.release.rules.packing import packing_checks
from maskqms.release.rules.paths import Paths
from maskqms.release.rules.production import production_checks
from maskqms.release.rules.quality import quality_checks
from maskqms.release.rules.report import GateReport
from maskqms.release.rules.standard import standard_checks
from maskqms.release.rules.testing import testing_checks


def judge_gate(facts: GateFacts) -> GateReport:
    """All questions, grouped as people read a batch record."""
    paths = Paths(facts)
    return GateReport(
        facts.batch.code,
        facts.at,
        (
            *standard_checks(facts),
            *material_checks(facts, paths),
            *production_checks(facts),
            *testing_checks(facts),
            *packing_checks(facts),
            *quality_checks(facts, paths),
        ),
    )
