"""Mounts the command line on spaCy's own, as `spacy spine …`; spaCy imports it through the entry point `spacy_cli`."""

from spacy.cli._util import app as spacy_app

from ._app import app

spacy_app.add_typer(app, name="spine")
