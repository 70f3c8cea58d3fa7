"""`python -m spacy_spine` is the command `spacy-spine`."""

from .cli import main

if __name__ == "__main__":
    main()
