"""Files that commands write besides what they print."""

import json
from pathlib import Path
from typing import Any


def write_text(path: Path, content: str) -> None:
    """Write a text file, and the folders above it where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def write_json(path: Path, data: Any) -> None:
    """Write plain data as JSON, and the folders above it where they are missing."""
    write_text(path, json.dumps(data, indent=1, ensure_ascii=False) + "\n")
