"""Run every check of `make check`, all of them even where one fails, and say which did.

A check's own output is shown only where it fails.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / "bin"

CHECKS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports", "--no-logo"],
    "rightfit check": ["rightfit", "check"],
    "rasa data validate": ["rasa", "data", "validate", "--data", "data"],
}

# Two warnings say nothing here, so --fail-on-warnings would always fail: responses are said
# by forms and actions, while Rasa looks for them in stories and rules alone; and some intents
# come from the server itself, never from what a client types, so they have no examples.
HARMLESS = re.compile(
    r"The utterance '\w+' is not used in any story or rule\."
    r"|The intent '(begin|choose|resume|asked_more|crisis)' is listed in the domain file, "
    r"but is not found in the NLU training data\."
    # A bare word is an answer to one question and an aside at another; the server's reader
    # is told which question is on screen, and Rasa's check does not look at that.
    r"|The example '[\w' ]{1,20}' was found labeled with multiple different intents .*"
    r"labeled with: answer, \w+\."
)
WARNING = re.compile(r"UserWarning: |\bWARNING\b|\bERROR\b|Traceback")


class Result(NamedTuple):
    """Whether a check passed, and what there is to read about it."""

    passed: bool
    output: str


def judge(name: str, code: int, output: str) -> Result:
    """Decide a check by its exit code, and Rasa's by its warnings too."""
    if name != "rasa data validate":
        return Result(code == 0, output)
    matter = [
        line for line in output.splitlines() if WARNING.search(line) and not HARMLESS.search(line)
    ]
    shown = "\n".join(matter) if matter else output
    return Result(code == 0 and not matter, shown)


def run(name: str, command: list[str]) -> Result:
    """Run one check from the root of the checkout."""
    done = subprocess.run(
        [str(TOOLS / command[0]), *command[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return judge(name, done.returncode, done.stdout)


def main() -> int:
    """Run them all and return 0, or 1 where any failed."""
    failed = []
    for name, command in CHECKS.items():
        print(f"{name:<20}", end="", flush=True)
        start = time.monotonic()
        result = run(name, command)
        print(f"{'ok' if result.passed else 'FAILED'} ({time.monotonic() - start:.1f} s)")
        if not result.passed:
            failed.append(name)
            print(result.output.rstrip())
    if failed:
        print(
            f"{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}.", file=sys.stderr
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
