"""What the assistant said, as a coach may read it."""

from __future__ import annotations

from rightfit.privacy.receipts import Receipts
from rightfit.web.legible import without_receipt


def test_the_code_with_which_one_can_act_as_the_client_is_left_out() -> None:
    code = Receipts("00" * 32).of("a conversation")
    shown = without_receipt(f"Keep this receipt code:\n\n{code}")
    assert shown == "Keep this receipt code:\n\n(a code that only the client sees)"
    assert without_receipt("Up to 60, 2026-2027 or A-B-C-D") == "Up to 60, 2026-2027 or A-B-C-D"
