"""Commands run as a user runs them: in a process of their own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*args: str, cwd: Path = ROOT, python: str = sys.executable, **env: str) -> str:
    """Run a command of Python's, and show what it printed where it fails."""
    result = subprocess.run(
        [python, *args], cwd=cwd, env={**os.environ, "HF_HUB_OFFLINE": "1", **env}, capture_output=True, text=True
    )
    assert result.returncode == 0, f"{args}\n{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    return result.stdout
