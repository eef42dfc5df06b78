"""The build hook: one version of the assets in the wheel, the catalogues merged, nothing done twice."""

from __future__ import annotations

import gettext
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import hatch_build  # noqa: E402


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    assert not [name for name, facts in lock["packages"].items() if "resolved" in facts]
    wanted = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(version[0].isdigit() for version in wanted.values()), "exact versions"
    assert lock["packages"][""]["dependencies"] == wanted


def test_catalogues_are_merged_into_one(tmp_path: Path) -> None:
    source = tmp_path / "maskqms" / "locale" / "zh"
    source.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (source / "a.po").write_text(head + 'msgid "Lot {code}"\nmsgstr "批 {code}"\n', encoding="utf-8")
    (source / "b.po").write_text(head + 'msgid "Hold"\nmsgstr "冻结"\n', encoding="utf-8")
    compiled = hatch_build.merge_catalogues(tmp_path)
    with compiled.open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Lot {code}") == "批 {code}"
    assert words.gettext("Hold") == "冻结"


def test_nothing_is_fetched_while_the_inputs_are_the_same(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "frontend", tmp_path / "frontend")
    shutil.copy(ROOT / "hatch_build.py", tmp_path)
    static = tmp_path / "maskqms" / "web" / "static"
    (static / "abc").mkdir(parents=True)
    (static / "old").mkdir()
    manifest = {"version": "abc", "inputs": hatch_build.fingerprint(tmp_path), "files": []}
    (static / "manifest.json").write_text(json.dumps(manifest))
    assert hatch_build.build_assets(tmp_path) == static / "manifest.json"
    assert not (tmp_path / "build").exists()
    hatch_build.drop_former_assets(tmp_path)
    assert sorted(path.name for path in static.iterdir()) == ["abc", "manifest.json"]


def test_the_built_files_are_whole() -> None:
    static = ROOT / "maskqms" / "web" / "static"
    manifest = json.loads((static / "manifest.json").read_text(encoding="utf-8"))
    folder = static / manifest["version"]
    assert {"main.js", "main.css", "tabler.css", "htmx.js", "echarts.js", "zxing/zxing_reader.wasm"} <= set(
        manifest["files"]
    )
    assert all((folder / name).is_file() for name in manifest["files"])
    for name in manifest["files"]:
        if name.endswith((".js", ".css")):
            assert b"sourceMappingURL=" not in (folder / name).read_bytes()[-300:], name
    licences = (folder / "LICENCES.txt").read_text(encoding="utf-8")
    assert all(name in licences for name in hatch_build.LICENCES)
