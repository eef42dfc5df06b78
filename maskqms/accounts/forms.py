"""What people type about themselves and, as administrators, about others."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from maskqms.actor import Role
from maskqms.web.forms import ClientKey, FormModel


class SignIn(FormModel):
    username: str = Field(max_length=60)
    password: str = Field(max_length=200)
    next: str | None = None


class StationSignIn(FormModel):
    badge: str = Field(max_length=100)
    pin: str = Field(max_length=20)
    station: str = Field(default="tablet", max_length=60)
    next: str | None = None


class ChangePassword(FormModel):
    current: str = Field(max_length=200)
    password: str = Field(max_length=200)
    again: str = Field(max_length=200)


class NewPerson(FormModel):
    username: str = Field(max_length=60)
    name: str = Field(max_length=120)
    roles: list[Role] = []
    heads_production: bool = False
    heads_quality: bool = False
    key: ClientKey


class Roles(FormModel):
    roles: list[Role] = []
    heads_production: bool = False
    heads_quality: bool = False
    reason: str = Field(max_length=500)
    key: ClientKey


class WithReason(FormModel):
    reason: str = Field(max_length=500)
    key: ClientKey


class NewBadge(FormModel):
    pin: str = Field(max_length=20)
    key: ClientKey


class Grant(FormModel):
    person: str
    products: list[str] = []
    valid_from: date
    valid_until: date
    username: str
    password: str
    key: ClientKey


class Revoke(FormModel):
    reason: str = Field(max_length=500)
    username: str
    password: str
    key: ClientKey
