"""A shell with a database of its own: commands are tested as the processes that people script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maskqms.db.embedded import Embedded


class Shell:
    """`maskqms ...` as a process, on one embedded database that stays up between the commands."""

    def __init__(self, data: Path) -> None:
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MASKQMS_")}
        self.environment |= {"MASKQMS_DATA": str(data), "MASKQMS_LANGUAGE": "en"}

    def run(self, *words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "maskqms.app.main", *words],
            env=self.environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def json(self, *words: str) -> tuple[int, Any]:
        code, out, err = self.run(*words, "--json")
        assert out, err
        return code, json.loads(out)


@pytest.fixture(scope="module")
def shell() -> Iterator[Shell]:
    data = Path(tempfile.mkdtemp(prefix="mq-cli-"))
    data.chmod(0o755)
    server = Embedded(data)
    server.start()
    yield Shell(data)
    server.stop()
    shutil.rmtree(data, ignore_errors=True)
