"""The walls of the house stand: no room looks up, the arithmetic stays plain, renderers ask no table."""

from pathlib import Path

from importlinter import cli

TOP = Path(__file__).resolve().parent.parent.parent


def test_every_import_contract_is_kept(capsys, monkeypatch):
    monkeypatch.chdir(TOP)
    broken = cli.lint_imports(config_filename=str(TOP / "pyproject.toml"), no_cache=True)
    assert broken == cli.EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_a_room_that_looks_up_is_named(capsys, monkeypatch, tmp_path):
    """The watch itself is awake: turned upside down, the tower does not pass."""
    contracts = (TOP / "pyproject.toml").read_text().partition("[tool.importlinter]")[2].partition("[tool.djlint]")[0]
    upside_down = tmp_path / "upside_down.toml"
    upside_down.write_text(
        "[tool.importlinter]"
        + contracts.replace('"goals", "accounts", "core"]\n\n', '"goals", "core", "accounts"]\n\n')
    )
    monkeypatch.chdir(TOP)
    assert cli.lint_imports(config_filename=str(upside_down), no_cache=True) == cli.EXIT_STATUS_ERROR
    assert "accounts" in capsys.readouterr().out
