"""Makes .venv with the locked packages. Standard library only, so that it runs on a machine that has nothing else."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def suitable_python() -> str:
    """The path of a Python that is new enough; stops with a sentence when there is none."""
    if sys.version_info >= OLDEST:
        return sys.executable
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return found
    sys.exit(f"The arena needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {sys.version.split()[0]}.")


def virtual_environment(lock: str) -> str:
    """Installs `requirements/<lock>.txt` unless that very lock is installed already; returns the environment's Python."""
    requirements = ROOT / "requirements" / f"{lock}.txt"
    python = suitable_python()
    wanted = hashlib.sha256(requirements.read_bytes() + python.encode()).hexdigest()
    stamp = VENV / f".stamp-{lock}"
    inside = VENV / "bin" / "python"
    if inside.exists() and stamp.exists() and stamp.read_text() == wanted:
        return str(inside)
    uv = None if os.environ.get("ARENA_NO_UV") else shutil.which("uv")
    print(f"Installing the packages into .venv with {'uv' if uv else 'pip'} (the first time only) ...", flush=True)
    if not inside.exists():
        make = [uv, "venv", "-q", "--python", python, str(VENV)] if uv else [python, "-m", "venv", str(VENV)]
        if subprocess.call(make):
            sys.exit("No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv")
    if uv:
        install = [uv, "pip", "install", "-q", "--python", str(inside)]
    else:
        if subprocess.call([str(inside), "-c", "import pip"], stderr=subprocess.DEVNULL):  # uv made it, and is gone
            subprocess.call([str(inside), "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL)
        install = [str(inside), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    if subprocess.call([*install, "--require-hashes", "-r", str(requirements)]):
        sys.exit("The packages could not be installed; the lines above say why.")
    stamp.write_text(wanted)
    return str(inside)
