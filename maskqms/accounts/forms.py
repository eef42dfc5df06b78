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


class Keyed(FormModel):
    """An act with nothing to say but that it is one."""

    key: ClientKey


class WithReason(FormModel):
    """Without a reason the act refuses, where it was asked."""

    reason: str | None = Field(default=None, max_length=500)
    key: ClientKey


class SwitchAccount(WithReason):
    """Open or closed, as the person who posts it saw it."""

    active: bool


class SetPin(FormModel):
    pin: str = Field(max_length=20)
    pin_again: str = Field(max_length=20)
    password: str = Field(max_length=200)


class Grant(FormModel):
    person: str
    products: list[str] = []
    valid_from: date
    valid_until: date
    reason: str = Field(max_length=500)
    username: str
    password: str
    key: ClientKey


class Revoke(FormModel):
    """Without a reason the act refuses, inside the open dialog."""

    reason: str | None = Field(default=None, max_length=500)
    digest: str
    username: str
    password: str
    key: ClientKey
