"""What to say when setting up cannot go on."""

from __future__ import annotations

import sys
from collections.abc import Callable


class Trouble(Exception):
    """One fault, told as place, fault and remedy."""

    def __init__(self, place: str, fault: str, remedy: str) -> None:
        super().__init__(f"{place}: {fault}\n  Remedy: {remedy}")


def say(line: str) -> None:
    """Print one line of progress at once, also where output goes to a file."""
    print(line, flush=True)


def end_with(work: Callable[[], None]) -> int:
    """Run `work` and return the exit code: 0, or 1 after a message on standard error."""
    try:
        work()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"{error.filename or 'this folder'}: {error.strerror or error}\n"
            "  Remedy: see that the folder is yours, writable and has room, then run make again.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run make again to go on from here.", file=sys.stderr)
        return 1
    return 0
