"""The command line, thin: each command is a few calls of the library."""


def main() -> None:
    """Run `spacy-spine`."""
    # Imported here, so that one command can be imported without the others.
    from ._app import app

    app()
