"""What the pages of release send."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from maskqms.release.states import ReviewPart
from maskqms.web.forms import ClientKey, FormModel

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class Signed(FormModel):
    """Every signature dialog: who, the password, the digest of what was shown, and the client's key."""

    username: str
    password: str
    digest: str = Field(min_length=64, max_length=64)
    key: ClientKey


class SignReview(Signed):
    part: ReviewPart
    remark: Words | None = None


class SignRelease(Signed):
    """`markets`: country codes, as in the scope of the certificate."""

    markets: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = "CN"

    @property
    def market_list(self) -> list[str]:
        return sorted({code for code in self.markets.upper().replace("，", ",").replace(" ", ",").split(",") if code})


class RejectBatch(Signed):
    reason: Words


class OpenTest(FormModel):
    why: Words | None = None
    key: ClientKey


class LimitFacts(FormModel):
    """A limit as the bought standard prints it."""

    edition: str
    grade: str | None = None
    test: str
    limit: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)]
    clause: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] | None = None
    source: Words

    def facts(self) -> dict[str, Any]:
        """What is signed, without who signs."""
        return self.model_dump(include=set(LimitFacts.model_fields))


class ProposeLimit(LimitFacts):
    key: ClientKey


class EnterLimit(LimitFacts, Signed):
    """The same, signed as it was shown."""
