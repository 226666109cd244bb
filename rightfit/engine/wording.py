"""How a response becomes text: the practice's wording, with its placeholders filled in.

Rasa's own generator is not used: where a placeholder is missing it logs every slot, and
slots hold what clients wrote (rasa 3.6.21, rasa/core/nlg/interpolator.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.trackers import DialogueStateTracker

from rightfit.practice import Variation, variation_for

_PLACEHOLDER = re.compile(r"{(\w+)}")


class PracticeWording(NaturalLanguageGenerator):
    """Says what the practice's ``responses`` say, in the variation for the channel."""

    def __init__(self, wording: Mapping[str, tuple[Variation, ...]]) -> None:
        self._wording = wording

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **filled: Any,
    ) -> dict[str, Any] | None:
        """The message, with placeholders from ``filled`` or from slots; null if unknown."""
        variations = self._wording.get(utter_action)
        if not variations:
            return None
        variation = variation_for(variations, output_channel)

        def fill(found: re.Match[str]) -> str:
            value = filled.get(found[1], tracker.get_slot(found[1]))
            return "" if value is None else str(value)

        own = [
            {"title": choice.title, "payload": "/choose" + json.dumps({"choice": choice.id})}
            for choice in variation.choices
        ]
        # Rasa appends what the action offers to what is returned here; the action's come first.
        offered = filled.get("buttons")
        if offered:
            offered.extend(own)
        return {
            "text": _PLACEHOLDER.sub(fill, variation.text),
            "buttons": [] if offered else own,
        }
