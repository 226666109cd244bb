"""What the client gets when they ask for their data: all that they gave, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from rightfit.records import Answer, Intake, Message


def export_of(
    intake: Intake, versions: Sequence[Answer], transcript: Sequence[Message]
) -> dict[str, Any]:
    """The intake, every version of every answer, and the conversation, as plain JSON.

    GDPR articles 15 and 20: a copy, structured, in a common format.
    """
    return {
        "intake": msgspec.to_builtins(intake),
        "versions": msgspec.to_builtins(tuple(versions)),
        "conversation": [
            {
                "seq": message.seq,
                "from": message.author,
                "text": message.text,
                "at": message.at.isoformat(),
            }
            for message in transcript
        ],
    }
