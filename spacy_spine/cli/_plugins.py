"""Commands of plugins: the entry-point group `spacy_spine_commands`, a name → a typer app.

An app is loaded when its command is called or shown in a help page, so that other commands neither wait for it nor
break with it.
"""

import sys
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import typer

from ..errors import SpineError

GROUP = "spacy_spine_commands"


def plugin_commands(taken: list[str]) -> dict[str, EntryPoint]:
    """The commands that installed plugins offer. A name that is taken, or offered twice, is said on stderr.

    taken (list[str]): Names that a plugin cannot have.
    RETURNS (dict[str, EntryPoint]): By name, in order.
    """
    found: dict[str, EntryPoint] = {}
    for entry in sorted(set(entry_points(group=GROUP)), key=lambda entry: (entry.name, entry.value)):
        if entry.name in taken:
            warn(f"{_of(entry)} is left out: the command line has a command of that name.")
        elif entry.name in found:
            warn(f"{_of(entry)} is left out: {_package(found[entry.name])} has one of that name.")
        else:
            found[entry.name] = entry
    return found


def load_plugin(entry: EntryPoint) -> Any:
    """The command of a plugin.

    entry (EntryPoint): Of the group `spacy_spine_commands`.
    RETURNS (Command): What a group of typer's holds.
    RAISES (SpineError): Where it cannot be loaded or is no typer app.
    """
    try:
        app = entry.load()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise SpineError(f"{_of(entry)} cannot be loaded ({reason}).") from error
    if not isinstance(app, typer.Typer):
        raise SpineError(f"{_of(entry)} is no typer.Typer app ('{entry.value}').")
    # Put into an app without completion, whose options a command below another must not have.
    outer = typer.Typer(add_completion=False, rich_markup_mode=None)
    outer.add_typer(app, name=entry.name)
    return typer.main.get_group(outer).commands[entry.name]


def warn(sentence: str) -> None:
    """Say on stderr what is wrong with a plugin."""
    print(f"Warning: {sentence}", file=sys.stderr)


def _of(entry: EntryPoint) -> str:
    return f"Command '{entry.name}' of {_package(entry)}"


def _package(entry: EntryPoint) -> str:
    return f"package '{entry.dist.name}'" if entry.dist else "a package"
