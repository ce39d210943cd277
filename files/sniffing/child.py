"""The process that looks into one file: limits first, then the file on standard input, one word of answer.

Started by `files/inspecting.py`. It has no environment, no network to speak of and no way to write or to start another.
"""

import os
import resource
import sys

from files.sniffing import sniff
from files.sniffing.verdicts import MEGABYTE, Wrong

CPU_SECONDS = 5  # quality.md S7
MEMORY = 640 * MEGABYTE  # the file, the largest member and its packed bytes
LIMITS = {
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 16,
}


def limit() -> None:
    """From here on the process is stopped when it takes too much; what it was started with may be tighter still."""
    for kind, most in LIMITS.items():
        _soft, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # macOS has no limit on memory; the others hold
            continue
    os.nice(5)


def main(extension: str) -> None:
    """Prints `ok <content type>` or `no <code>`."""
    limit()
    try:
        answer = f"ok {sniff(sys.stdin.buffer.read(), extension)}"
    except Wrong as wrong:
        answer = f"no {wrong.code}"
    except (MemoryError, RecursionError):
        answer = "no too-complex"
    os.write(1, answer.encode())
