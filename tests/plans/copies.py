"""Copies of the data files that a test may spoil."""

import json
import shutil

from outcomes.plans.reading import ROOT


def copy_files(folder):
    for app in ("goals", "objectives", "outcomes"):
        shutil.copytree(ROOT / app / "data", folder / app / "data")
    return folder


def edit(root, name, change):
    """Changes the file's JSON value in place."""
    value = json.loads((root / name).read_text(encoding="utf-8"))
    change(value)
    (root / name).write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
