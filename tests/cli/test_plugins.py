"""Commands of plugins: found through entry points, loaded when called, no harm to others where broken."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = '''
import typer
from spacy_spine.errors import CorpusError

app = typer.Typer()

@app.callback()
def options() -> None:
    """What a plugin does."""

@app.command()
def hello(name: str) -> None:
    """Greet."""
    print(f"Hello {name}")

@app.command()
def fail() -> None:
    raise CorpusError("This is wrong.")
'''


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Install a package of one module whose entry points are given."""

    def install(name: str, source: str, **entry_points: str) -> Path:
        folder = tmp_path / name
        info = folder / f"{name}-1.0.dist-info"
        info.mkdir(parents=True)
        (folder / f"{name}.py").write_text(source)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = "".join(f"{key.replace('_', '-')} = {value}\n" for key, value in entry_points.items())
        (info / "entry_points.txt").write_text(f"[spacy_spine_commands]\n{lines}")
        monkeypatch.syspath_prepend(str(folder))
        monkeypatch.delitem(sys.modules, name, raising=False)
        return folder

    return install


def test_a_command_of_a_plugin_runs_and_is_in_the_help(plugin, spine):
    plugin("acme_commands", GOOD, acme="acme_commands:app")
    assert spine("acme", "hello", "Ann").stdout == "Hello Ann\n"
    lines = spine("--help").stdout.splitlines()
    assert [line.split() for line in lines if line.strip().startswith("acme")] == [
        ["acme", "What", "a", "plugin", "does."]
    ]
    assert "--install-completion" not in spine("acme", "--help").stdout


def test_an_error_of_a_plugin_is_one_line(plugin, spine):
    plugin("acme_commands", GOOD, acme="acme_commands:app")
    result = spine("acme", "fail")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "", "Error: This is wrong.\n")


def test_a_broken_plugin_breaks_nothing_else(plugin, spine):
    plugin("acme_broken", "import nothing_of_that_name", broken="acme_broken:app")
    plugin("acme_commands", GOOD, acme="acme_commands:app")
    shown = spine("--help")
    assert shown.exit_code == 0
    assert "acme " in shown.stdout
    assert "broken" not in shown.stdout
    assert shown.stderr == (
        "Warning: Command 'broken' of package 'acme_broken' cannot be loaded "
        "(ModuleNotFoundError: No module named 'nothing_of_that_name').\n"
    )
    assert spine("acme", "hello", "Ann").stderr == ""
    assert spine("normalize", "L45").stderr == ""
    called = spine("broken", "anything")
    assert (called.exit_code, called.stdout) == (1, "")
    assert called.stderr.startswith("Error: Command 'broken' of package 'acme_broken' cannot be loaded")
    assert called.stderr.count("\n") == 1


def test_what_is_no_app_is_said(plugin, spine):
    plugin("acme_odd", "app = 3", odd="acme_odd:app")
    assert spine("odd").stderr == "Error: Command 'odd' of package 'acme_odd' is no typer.Typer app ('acme_odd:app').\n"


def test_a_plugin_cannot_take_a_name_that_is_taken(plugin, spine):
    plugin("acme_commands", GOOD, extract="acme_commands:app", acme="acme_commands:app")
    plugin("acme_other", GOOD, acme="acme_other:app")
    result = spine("--help")
    assert "Warning: Command 'extract' of package 'acme_commands' is left out" in result.stderr
    assert "Warning: Command 'acme' of package 'acme_other' is left out: package 'acme_commands' has" in result.stderr
    own = spine("extract", "--help").stdout
    assert "--model" in own
    assert "hello" not in own


def test_an_unknown_command_is_still_wrong_use(plugin, spine):
    plugin("acme_commands", GOOD, acme="acme_commands:app")
    assert spine("acmee").exit_code == 2


def test_plugins_are_not_loaded_by_other_commands(plugin):
    folder = plugin("acme_loud", "print('loaded')", loud="acme_loud:app")
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); from spacy_spine.cli._app import app; "
        "app(['normalize', 'L45'])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "L4-L5" in result.stdout
    assert "loaded" not in result.stdout


def test_plugins_stand_below_spacys_own_command_line(plugin):
    folder = plugin("acme_commands", GOOD, acme="acme_commands:app")
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r}); sys.argv = ['spacy', 'spine', 'acme', 'hello', 'Ann']; "
        "from spacy.cli import setup_cli; setup_cli()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "Hello Ann\n"
