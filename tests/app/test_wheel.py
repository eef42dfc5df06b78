"""The wheel is complete: installed away from the checkout it shows its pages, its Chinese and its labels."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import time
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.app.test_serving import environment, free_port

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "build", "__pycache__", "tests", "docs", ".*_cache")
MADE_AT_BUILD = ("maskqms/web/static/", "maskqms/locale/zh/LC_MESSAGES/")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that no file of the checkout is touched; npm's packages are those fetched before."""
    source, out = tmp_path_factory.mktemp("source") / "maskqms", tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    if (ROOT / "build" / "frontend").is_dir():
        (source / "build").mkdir()
        (source / "build" / "frontend").symlink_to(ROOT / "build" / "frontend")
    words = ("wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q", "-w", out, source)
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, timeout=240)
    return next(out.glob("maskqms-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel alone; what it depends on is borrowed, the checkout is not on the way."""
    home = tmp_path_factory.mktemp("venv")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True, timeout=120)
    python = home / "bin" / "python"
    words = ("--python", python, "install", "-q", "--no-deps", "--no-index", wheel)
    subprocess.run([sys.executable, "-m", "pip", *words], check=True, timeout=120)
    packages = next((home / "lib").glob("python*/site-packages"))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def ask(home: Path, *words: str | Path) -> str:
    done = subprocess.run(
        [home / "bin" / words[0], *words[1:]], cwd="/", env=environment(), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_of_the_product_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    package = [path for path in (ROOT / "maskqms").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    wanted = {path.relative_to(ROOT).as_posix() for path in package}
    wanted = {name for name in wanted if not name.startswith(MADE_AT_BUILD)}
    wanted |= {f"maskqms/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "templates").rglob("*.html")}
    assert not wanted - inside
    assert "maskqms/locale/zh/LC_MESSAGES/maskqms.mo" in inside
    assert "maskqms/web/static/manifest.json" in inside
    assert any(name.endswith(".typ") for name in inside)
    assert not [name for name in inside if name.startswith(("tests/", "frontend/", "build/"))]


def test_it_runs_without_the_checkout(installed: Path) -> None:
    where = ask(installed, "python", "-c", "import maskqms; print(maskqms.__file__)")
    assert where.startswith(str(installed))
    assert "version" in ask(installed, "maskqms", "--version")
    assert "YY 0469" in ask(installed, "maskqms", "standards", "list")
    words = "from maskqms.i18n import _; print(_('Not signed in'))"
    assert ask(installed, "python", "-c", words).strip() == "未登录"


def test_it_serves_its_pages_with_their_style_in_chinese(installed: Path, data: Path) -> None:
    port = free_port()
    server = subprocess.Popen(
        [installed / "bin" / "maskqms", "serve", "--port", str(port), "--workers", "1", "--data", data],
        cwd="/", env={**environment(), "MASKQMS_LANGUAGE": "zh"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            page = _wait_for(client, server)
            assert page.status_code == 200
            assert "登录" in page.text
            style = page.text.split('rel="stylesheet"', 1)[1].split('href="', 1)[1].split('"', 1)[0]
            assert client.get(style).status_code == 200
            assert client.get("/people", headers={"accept": "application/json"}).status_code == 401
    finally:
        server.terminate()
        assert server.wait(60) == 0


def _wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> httpx.Response:
    for _try in range(400):
        assert server.poll() is None, "the server ended"
        try:
            return client.get("/sign-in")
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")
