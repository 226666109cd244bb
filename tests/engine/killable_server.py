"""Serves, dies and serves again, quickly: the program behind ``KillableServer``.

Rasa is loaded once; for each line on standard input a copy of the process is forked that
serves as ``rightfit serve`` does. Its number and what it says go to standard output.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Any

from rightfit.engine import assembly
from rightfit.engine.understanding import OnlyReading
from rightfit.web.serving import serve_until_stopped
from tests.engines import PROJECT, read, unlimited

#: From <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(practice: Path, data: Path, database: str) -> None:
    settings = assembly.Settings(PROJECT, practice, data, database, unlimited())
    loaded: Any = assembly.EmbeddedRasa(
        settings.model / assembly.model.DIALOGUE, assembly.practice_of(settings), OnlyReading(read)
    )
    # In place of what was trained: reads what ``tests.engines`` says.
    assembly.Understander.load = lambda *_: None  # type: ignore[method-assign]
    assembly.EmbeddedRasa = lambda *_: loaded  # type: ignore[assignment,misc]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            # Ends with the process it was forked from, even where that one is killed.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            asyncio.run(serve_until_stopped(settings, "127.0.0.1", 0, _say))
            os._exit(0)
        _say(f"Process: {child}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
