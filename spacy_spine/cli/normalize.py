"""`spacy-spine normalize`: what a mention stands for."""

from typing import Annotated

import typer


def normalize_command(
    text: Annotated[str, typer.Argument(help='Mentions, e.g. "L45 and L5/S1".')],
    region: Annotated[str, typer.Option("--region", "-r", help="Registered region, e.g. lumbar, cervical, both.")] = (
        "lumbar"
    ),
) -> None:
    """Show each mention of motion segments in a text with what it stands for.

    Exits with 1 where there is none.
    """
    from ..mentions.column import Column
    from ..mentions.matcher import read_mentions

    mentions = read_mentions(text, Column.of(region), strict=False)
    if not mentions:
        print("No motion segments.")
        raise typer.Exit(1)
    rows = [(" ".join(text[m.start : m.end].split()), ", ".join(m.motion_segments)) for m in mentions]
    width = max(len(written) for written, _ in rows)
    for written, segments in rows:
        print(f"{written:<{width}}   {segments}")
