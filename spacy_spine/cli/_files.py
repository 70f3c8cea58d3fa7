"""Files that commands write besides what they print."""

from pathlib import Path


def write_text(path: Path, content: str) -> None:
    """Write a text file, and the folders above it where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
