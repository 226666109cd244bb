"""What the client gets when they ask for their data: all that they gave, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from rightfit.records import Answer, Intake, Message
from rightfit.review.events import LetterSent


def export_of(
    intake: Intake,
    versions: Sequence[Answer],
    transcript: Sequence[Message],
    letters: Sequence[tuple[datetime, LetterSent]] = (),
) -> dict[str, Any]:
    """The intake, every version of every answer, the conversation and letters, as plain JSON.

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
        "letters": [
            {
                "at": at.isoformat(),
                "subject": letter.subject,
                "text": letter.text,
                "by_email": letter.by_email,
            }
            for at, letter in letters
        ],
    }
