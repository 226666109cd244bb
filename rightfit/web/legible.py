"""What the assistant said, as a coach may read it.

What a client wrote is made legible in :mod:`rightfit.summary.legible`.
"""

from __future__ import annotations

import re

#: As ``rightfit.privacy.receipts`` makes them.
_RECEIPT = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


def without_receipt(text: str) -> str:
    """What the assistant said, without the code with which one can act as the client."""
    return _RECEIPT.sub("(a code that only the client sees)", text)
