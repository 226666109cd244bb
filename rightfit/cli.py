"""The ``rightfit`` command. Exit codes: 0 well, 1 something is wrong, 2 could not be run."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from rightfit.commands import (
    backups,
    coaches,
    fit,
    in_slack,
    intakes,
    keeping,
    model,
    practice,
    server,
    summary,
    talk,
)

app = typer.Typer(
    help="A conversational intake assistant for coaches.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for commands in (server, model, practice, talk, fit, summary, keeping, backups):
    app.add_typer(commands.app)
app.add_typer(coaches.app, name="coach")
app.add_typer(intakes.app, name="intakes")
app.add_typer(in_slack.app, name="slack")
app.add_typer(keeping.retention_app, name="retention")
app.add_typer(keeping.audit_app, name="audit")


def main() -> NoReturn:
    """Run the command line."""
    # The matrices of one message are too small to share out; idle threads would only spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    app()
    sys.exit(0)


if __name__ == "__main__":
    main()
