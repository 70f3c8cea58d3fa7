"""The command line: `spacy-spine …`, the same as `spacy spine …`."""

import sys
from functools import cached_property
from importlib.metadata import EntryPoint
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from .. import __version__
from ..errors import SpineError
from ._plugins import load_plugin, plugin_commands, warn
from .baselines import baselines_command
from .benchmarks import evaluate_benchmark_command
from .calibrate import calibrate_command
from .corpus import corpus_app
from .evaluate import evaluate_command
from .experiments import experiments_app
from .extract import extract_command
from .figure import figure_app
from .grouping import grouping_command
from .info import info_command
from .metrics import metrics_app
from .normalize import normalize_command
from .show import show_command

HELP = """Severity of spine pathologies per motion segment, read from MRI reports.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 done but some reports were set aside."""


class SpineGroup(TyperGroup):
    """Turns a user's mistake into one line and exit code 1; with --debug it keeps the traceback.

    Commands of plugins stand beside our own. One that is broken is a warning in a help page and an error when called.
    """

    @cached_property
    def plugins(self) -> dict[str, EntryPoint]:
        """Commands of plugins, not loaded."""
        return plugin_commands(list(self.commands))

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of our own commands, then those of plugins."""
        return [*super().list_commands(ctx), *self.plugins]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command for a help page, None where its plugin is broken."""
        if cmd_name in self.commands or cmd_name not in self.plugins:
            return super().get_command(ctx, cmd_name)
        try:
            return load_plugin(self.plugins[cmd_name])
        except SpineError as error:
            warn(str(error))
            return None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command to call.

        RAISES (SpineError): Where its plugin is broken.
        """
        if args and args[0] not in self.commands and args[0] in self.plugins:
            return args[0], load_plugin(self.plugins[args[0]]), args[1:]
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader of our output has gone, which click ends quietly
        except (SpineError, OSError) as error:
            if ctx.params.get("debug"):
                raise
            print(f"Error: {_sentence(error)}", file=sys.stderr)
            raise typer.Exit(1) from None


app = typer.Typer(
    name="spacy-spine",
    help=HELP,
    cls=SpineGroup,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("extract")(extract_command)
app.command("show")(show_command)
app.command("info")(info_command)
app.command("normalize")(normalize_command)
app.command("evaluate")(evaluate_command)
app.command("evaluate-benchmark")(evaluate_benchmark_command)
app.command("grouping")(grouping_command)
app.command("baselines")(baselines_command)
app.command("calibrate")(calibrate_command)
app.add_typer(metrics_app, name="metrics", help="Figures of several runs as one.")
app.add_typer(figure_app, name="figure", help="Figures from the files of `evaluate --output`.")
app.add_typer(experiments_app, name="experiments", help="Grids of trainings and their tables.")
app.add_typer(corpus_app, name="corpus", help="Check, convert, split, enlarge and count annotated reports.")


def _print_version(value: bool) -> None:
    if value:
        print(f"spacy-spine {__version__}")
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options of every command; they stand before its name."""


def _sentence(error: SpineError | OSError) -> str:
    if isinstance(error, OSError) and error.strerror:
        where = f": '{error.filename}'" if error.filename is not None else ""
        return f"{error.strerror}{where}."
    return " ".join(str(error).split())
