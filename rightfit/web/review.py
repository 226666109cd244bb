"""The coach's pages about intakes: the list, one intake, what is decided about it."""

from __future__ import annotations

from rightfit.web import (
    asking_more,
    considering,
    deciding,
    downloads,
    intake_page,
    intakes_list,
    learning_page,
    letters,
    pulses,
    referring,
    taking_in,
)
from rightfit.web.coach_frame import as_pages
from rightfit.web.signing_in import guarded

#: What stands before every page for coaches, the outer one first.
middlewares = (as_pages, guarded)

routes = [
    *intakes_list.routes,
    *intake_page.routes,
    *deciding.routes,
    *downloads.routes,
    *learning_page.routes,
    *letters.routes,
    *asking_more.routes,
    *considering.routes,
    *pulses.routes,
    *referring.routes,
    *taking_in.routes,
]
