"""A value that passes and lies outside its warning limit is near the limit: the verdict stays a pass, and says so."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.lab.plan import PlannedTest
from maskqms.lab.rules import judge_value
from maskqms.lab.states import Outcome
from maskqms.standards.judging import judge_specimen, read_value
from maskqms.workflow import Tone

NEAR = _("Near the limit")
NEAR_TONE = Tone.WAIT


def is_warning(test: PlannedTest, value: str) -> bool:
    """Whether a kept value passes and is near the limit. Pure; the word and the tone are `NEAR` and `NEAR_TONE`."""
    if test.warning is None or test.counted is not None or judge_value(test, value) is not Outcome.PASS:
        return False
    narrow = test.requirement.model_copy(update={"limit": test.warning})
    return judge_specimen(narrow, read_value(test.requirement, value)).meets is not True
