"""Whether the examples of the fit rules come out as they say."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from rightfit.fit.flags import flags_of
from rightfit.practice import Example, FitRule, Practice


class Surprise(msgspec.Struct, frozen=True):
    """An example on whom the rule does not do what the example says; ``raised`` is what was."""

    rule: FitRule
    example: Example
    raised: tuple[str, ...]


def surprises(practice: Practice) -> Iterator[Surprise]:
    """Every example that comes out otherwise than it says."""
    for rule in practice.rules:
        for example in rule.examples:
            house = msgspec.structs.replace(practice, ethics_code=example.ethics_code)
            flags = flags_of(house, example.coach, example.intake)
            raised = tuple(dict.fromkeys(flag.rule for flag in flags))
            if (rule.id in raised) != example.flagged:
                yield Surprise(rule, example, raised)
