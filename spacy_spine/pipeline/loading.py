"""Loading a pipeline for use: whatever is wrong with it is one sentence."""

import json
import re
from importlib import metadata
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.util import get_package_path, is_compatible_version, is_package

from .. import __version__
from ..errors import ModelError, SpineError

PACKAGE = "spacy-spine"
NEEDED = "doc._.segments"
CONFIG, META, VOCAB = "config.cfg", "meta.json", "vocab"


UNREGISTERED = re.compile(r"Could not find function '([^']+)' in function registry '([^']+)'")


def load_pipeline(name: str | Path) -> Language:
    """Load a pipeline that finds motion segments.

    name (str | Path): An installed package ("en_spine_lumbar") or a folder.
    RETURNS (Language): The pipeline.
    RAISES (ModelError): Where there is none, or it is incomplete, damaged, of another version, or finds no motion
        segments.
    """
    name = str(name)
    _check_versions(name, _meta(name))
    try:
        nlp = spacy.load(name)
    except SpineError as error:
        raise type(error)(f"Pipeline '{name}': {error}") from error
    except ModuleNotFoundError as error:
        raise ModelError(
            f"Pipeline '{name}' needs the Python package '{error.name}', which is not installed."
        ) from error
    except FileNotFoundError as error:
        raise ModelError(f"Pipeline '{name}' is incomplete: no '{error.filename}'.") from error
    except Exception as error:
        message = " ".join(str(error).split())
        if "[E002]" in message:
            raise ModelError(f"Pipeline '{name}' has a pipe that no installed package offers.") from error
        missing = UNREGISTERED.search(message)
        if missing:
            raise ModelError(
                f"The config of pipeline '{name}' names '{missing[1]}' of {missing[2]}, which nothing installed offers."
            ) from error
        raise ModelError(f"Pipeline '{name}' is damaged or incomplete ({type(error).__name__}).") from error
    if not any(NEEDED in nlp.get_pipe_meta(pipe).assigns for pipe in nlp.component_names):
        pipes = ", ".join(nlp.component_names) or "none"
        raise ModelError(f"Pipeline '{name}' finds no motion segments: no pipe of it assigns {NEEDED}, of {pipes}.")
    return nlp


def _meta(name: str) -> dict[str, Any]:
    needed: tuple[str, ...] = (CONFIG, META, VOCAB)  # spaCy loads a folder without vocabulary silently
    if is_package(name):
        folder, needed = get_package_path(name), (META,)
    elif Path(name).is_dir():
        folder = Path(name)
    else:
        raise ModelError(f"No pipeline '{name}': neither an installed package nor a folder.")
    for part in needed:
        if not (folder / part).exists():
            raise ModelError(f"Folder '{name}' is not a pipeline, or is incomplete: no '{part}'.")
    try:
        meta = json.loads((folder / META).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelError(f"Pipeline '{name}' is damaged: '{META}' is not valid JSON.") from error
    if not isinstance(meta, dict):
        raise ModelError(f"Pipeline '{name}' is damaged: '{META}' holds no JSON object.")
    return meta


def _check_versions(name: str, meta: dict[str, Any]) -> None:
    wanted = {"spacy": str(meta.get("spacy_version") or "")}
    for requirement in meta.get("requirements", ()):
        package = requirement[: len(PACKAGE)].replace("_", "-")
        if package == PACKAGE:
            wanted[PACKAGE] = requirement[len(PACKAGE) :]
    there = {"spacy": metadata.version("spacy"), PACKAGE: __version__}
    for package, constraint in wanted.items():
        if constraint and is_compatible_version(there[package], constraint) is False:
            raise ModelError(f"Pipeline '{name}' needs {package}{constraint}, this is {package} {there[package]}.")
