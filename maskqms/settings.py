"""Every setting of the product, read once from the environment (`MASKQMS_*`) or a `.env` file beside the process.

The table in README.md lists the same names; a test compares the two.
"""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkstemp
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from platformdirs import user_data_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


def default_data_folder() -> Path:
    """The user's data folder; `/var/lib/maskqms` for root, whose home must stay closed to the database's user."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/maskqms")
    return user_data_path("maskqms", appauthor=False)


def keep_file(path: Path, content: bytes) -> bytes:
    """What a secret file holds; made whole and with mode 0600 when it is missing, by whichever process is first.

    A command run by root beside a service leaves the file to the folder's owner, else the service could not read it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=path.parent, prefix=f"{path.name}.")
        part = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if os.geteuid() == 0:
            os.chown(part, path.parent.stat().st_uid, path.parent.stat().st_gid)
        with suppress(FileExistsError):
            path.hardlink_to(part)
        part.unlink()
    return path.read_bytes()


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MASKQMS_", env_file=".env", extra="ignore", frozen=True)

    data: Path = Field(default_factory=default_data_folder, description="Folder of the embedded database, keys, spool")
    database_url: str | None = Field(None, description="PostgreSQL as the application's role; empty: embedded")
    owner_url: SecretStr | None = Field(None, description="PostgreSQL as owner; read by migrate, restore, demo, bench")
    public_url: str | None = Field(None, description="Address that codes leaving the factory carry, read for years")
    base_url: str = Field("http://localhost:8000", description="Address inside the factory, on lot and roll labels")
    zone: str = Field("Asia/Shanghai", description="The factory's time zone")
    language: Literal["zh", "en"] = Field("zh", description="Language before somebody signs in: zh or en")
    secure_cookies: bool = Field(False, description="Cookies only over HTTPS; switch on behind Caddy")
    seal_key: Path | None = Field(
        None, description="Private key of the audit seals; default: seal.key in the data folder"
    )
    secret_file: Path | None = Field(None, description="Secret of the CSRF token; default: secret in the data folder")
    pool_size: int = Field(10, ge=2, le=100, description="Database connections of one worker")
    idle_minutes: int = Field(30, ge=1, description="Minutes without a request after which a session ends")
    session_hours: int = Field(12, ge=1, description="Hours after which a session ends, however busy it is")
    password_days: int = Field(180, ge=0, description="Days after which a password must be changed; 0: never")
    password_history: int = Field(5, ge=0, description="Former passwords that cannot be used again")
    password_length: int = Field(10, ge=8, description="Shortest password")
    lockout_after: int = Field(5, ge=1, description="Wrong passwords in a row after which an account locks")
    lockout_minutes: int = Field(15, ge=1, description="Minutes an account stays locked")
    clearance_hours: int = Field(8, ge=1, description="Hours a line clearance before start stays valid (R65)")
    warning_days: Annotated[tuple[int, ...], NoDecode] = Field(
        (90, 30, 7), description="Days before its end at which a paper is warned of, the first first (R44)"
    )
    evaluation_months: int = Field(12, ge=1, le=60, description="Months until an approved supplier is evaluated again")
    file_megabytes: int = Field(10, ge=1, le=50, description="Largest file kept with a record")
    gs1_company_prefix: str | None = Field(None, description="GS1 company prefix of the factory, for SSCCs")

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        """A zone that nobody knows ends the start, not the first act of the day."""
        try:
            return ZoneInfo(name).key
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"there is no time zone {name!r}") from unknown

    @field_validator("warning_days", mode="before")
    @classmethod
    def _days(cls, given: object) -> object:
        """`90,30,7` as people write it; the greatest first, each once."""
        if not isinstance(given, str):
            return given
        days = {int(part) for part in given.replace("，", ",").split(",") if part.strip()}
        if not days or min(days) < 1 or max(days) > 1000:
            raise ValueError("days from 1 to 1000, such as 90,30,7")
        return tuple(sorted(days, reverse=True))

    @property
    def timezone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@cache
def settings() -> Settings:
    """The settings of this process; `settings.cache_clear()` after a change of the environment."""
    return Settings()
