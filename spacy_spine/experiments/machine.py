"""What a result depends on beside its settings: versions, the machine, and what the data were."""

import hashlib
import os
import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("spacy-spine", "spacy", "thinc", "torch", "transformers", "tokenizers", "numpy", "torchjd")
CPUINFO = Path("/proc/cpuinfo")


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on, of those that are installed."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """Processor, cores that may be used, torch's threads, and the graphics card if there is one; no host's name."""
    import torch

    lines = CPUINFO.read_text(encoding="utf-8").splitlines() if CPUINFO.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else ""
    processor = names[0] if names else platform.machine()
    return {"processor": processor, "cores": cores, "threads": torch.get_num_threads(), "gpu": gpu}


def peak_memory() -> float:
    """Most memory that this process has held so far, in MB (10^6 bytes)."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def gpu_memory() -> float | None:
    """Most memory that torch has held on its graphics card so far, in MB; None without one."""
    import torch

    return torch.cuda.max_memory_allocated() / 1e6 if torch.cuda.is_available() else None


def data_digests(files: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of each file, by the names given."""
    digests = {}
    for name, file in files.items():
        with file.open("rb") as stream:
            digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests
