"""Who may sign in, and as what.

What clients see of a coach stands in coaches.yml alone; who may sign in, and with which
role, is kept in the database alone. So the two cannot contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from rightfit.practice import Coach, Hours, Practice

Role = Literal["lead", "coach"]
ROLES: tuple[Role, ...] = ("lead", "coach")


class Kept(msgspec.Struct, frozen=True):
    """What is kept of somebody; ``name`` is null for those who stand in coaches.yml."""

    coach: str
    name: str | None
    role: Role
    removed_at: datetime | None = None


class Person(msgspec.Struct, frozen=True):
    """Somebody of the practice. Without ``has_profile`` clients are not offered them."""

    coach: Coach
    role: Role
    has_profile: bool = True
    removed_at: datetime | None = None

    @property
    def is_lead(self) -> bool:
        """Whether they lead the practice now."""
        return self.role == "lead" and self.removed_at is None


def people_of(practice: Practice, kept: Sequence[Kept]) -> tuple[Person, ...]:
    """Everybody: those with a profile in the order of their file, then the others by name.

    A practice always has a lead: where nobody was made one, the first who may sign in is.
    """
    known = {one.coach: one for one in kept}
    found = []
    for coach in practice.coaches:
        one = known.get(coach.id)
        found.append(
            Person(coach, one.role if one else "coach", True, one.removed_at if one else None)
        )
    have_profiles = {coach.id for coach in practice.coaches}
    without = [one for one in kept if one.coach not in have_profiles]
    for one in sorted(without, key=lambda one: (one.name or one.coach).casefold()):
        coach = without_profile(practice, one.coach, one.name or one.coach)
        found.append(Person(coach, one.role, False, one.removed_at))
    if not any(person.is_lead for person in found):
        first = next((at for at, one in enumerate(found) if one.removed_at is None), None)
        if first is not None:
            found[first] = msgspec.structs.replace(found[first], role="lead")
    return tuple(found)


def without_profile(practice: Practice, id: str, name: str) -> Coach:
    """A coach of whom nothing is declared: no line, and nothing that could raise a flag."""
    questions = (*practice.questions, *practice.not_asked)
    offered = next((one.choices for one in questions if one.id == "format"), ())
    return Coach(
        id=id,
        name=name,
        about="",
        services=tuple(practice.services),
        formats=tuple(choice.id for choice in offered),
        languages=practice.languages,
        hours=Hours(practice.time_zone, ()),
        capacity=1,
        price_band="",
    )


def who_may_enter(people: Sequence[Person], id: str) -> Person | None:
    """The person of that id, if they may sign in."""
    return next((one for one in people if one.coach.id == id and one.removed_at is None), None)


def leads(people: Sequence[Person]) -> tuple[Person, ...]:
    """Those who lead the practice; at least one, unless nobody may sign in."""
    return tuple(person for person in people if person.is_lead)


def why_not_remove(people: Sequence[Person], id: str, by: str) -> str | None:
    """Why ``by`` cannot take somebody's way in away; null if nothing is against it."""
    if id == by:
        return "You cannot remove yourself. Ask another practice lead to do it."
    return _why_last_lead(people, id)


def why_not_make(people: Sequence[Person], id: str, role: Role) -> str | None:
    """Why somebody cannot have a role; null if nothing is against it."""
    return _why_last_lead(people, id) if role != "lead" else None


def _why_last_lead(people: Sequence[Person], id: str) -> str | None:
    left = [one for one in leads(people) if one.coach.id != id]
    if left:
        return None
    return "A practice needs a lead. Make somebody else one first."


def fault_of_invitation(people: Sequence[Person], id: str, name: str) -> dict[str, str]:
    """What is wrong with an invitation, by field; empty where it can be made."""
    wrong = {}
    plain = " ".join(name.split())
    if not plain or len(plain) > 200:
        wrong["name"] = "Write the name by which clients and coaches will know them."
    elif any(one.coach.name.casefold() == plain.casefold() for one in people):
        wrong["name"] = f"There is a {plain} already. Tell the two apart by name."
    if not (id[:1].isalpha() and id.isascii() and id.replace("_", "").isalnum() and id.islower()):
        wrong["id"] = (
            "Use small letters, digits and _ only, and start with a letter, such as tomas."
        )
    elif len(id) > 60 or id == "no_preference":
        wrong["id"] = "Take a shorter, other word, such as tomas."
    elif any(one.coach.id == id for one in people):
        wrong["id"] = f"The id {id} is taken. Ids are for good, so take another."
    return wrong
