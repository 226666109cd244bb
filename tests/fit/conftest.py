"""The shipped practice, and short ways to say what a client said and a coach declared."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rightfit.fit.mirror import Reads
from rightfit.practice import Coach, Line, Practice, load
from rightfit.records import THEMES, Answer, DistressShown, Given, Intake, Need, Reading

ROOT = Path(__file__).parents[2]
AT = "2027-01-04T09:00:00+00:00"


@cache
def shipped() -> Practice:
    """The shipped practice, for tests whose arguments are generated."""
    return load(ROOT / "practice", ROOT / "domain.yml")


@pytest.fixture(scope="session")
def practice() -> Practice:
    return shipped()


def coach(practice: Practice, *lines: Line, **declared: Any) -> Coach:
    """A coach whom nothing stands in the way of, but for what is said here."""
    fields: dict[str, Any] = {
        "services": tuple(practice.services),
        "help_not_given": (),
        "formats": ("video", "phone", "in_person", "writing"),
        "languages": practice.languages,
        "capacity": 1,
        "earliest_start": None,
        "price_band": "to_60",
        "conflicts_of_interest": (),
        "disclosures": (),
        "lines": lines,
    }
    return msgspec.structs.replace(practice.coaches[0], **{**fields, **declared})


def intake(*needs: Need, crisis: str = "", **answers: str | tuple[str, ...] | None) -> Intake:
    """Text is said, a tuple is chosen, None is skipped; needs bring the answers they stand in."""
    given: dict[str, Given] = {}
    for question, said in answers.items():
        if said is None:
            given[question] = Given("skipped")
        elif isinstance(said, str):
            given[question] = Given("said", text=said)
        else:
            given[question] = Given("chosen", choices=said)
    for need in needs:
        given.setdefault(need.question, Given("said", text=need.quote))
    return Intake(
        id="a",
        state="sent",
        coach=None,
        opened_at=AT,
        sent_at=AT,
        answers=tuple(
            Answer(each, what, turn, AT) for turn, (each, what) in enumerate(given.items())
        ),
        needs=needs,
        distress=(DistressShown("crisis", crisis, None, 0),) if crisis else (),
    )


def need(theme: str, mode: str | None = None, quote: str = "It has to be so", **said: Any) -> Need:
    """A need in the answer about the environment."""
    fields: dict[str, Any] = {"stance": "wants", "strength": "must", "question": "environment"}
    fields |= {"start": 0, "end": len(quote), **said}
    return Need(theme=theme, mode=mode, quote=quote, **fields)


class _HearsAnswers:
    """Takes everything for an answer: whether it is one is another test's matter."""

    def read(self, question: str | None, text: str) -> Reading:
        return Reading("answer", None, 1.0)

    def read_encoded(self, question: str | None, text: str, row: object) -> Reading:
        return Reading("answer", None, 1.0)


#: The feature of ``rightfit.language.needs.candidates`` that says whether at most one other
#: theme, or none at all, is likelier in the theme's best clause.
_AT_MOST_ONE_AHEAD = 5


@pytest.fixture(scope="session")
def reads(tmp_path_factory: pytest.TempPathFactory) -> Reads:
    """Needs found in words, by what learnt from a twentieth of two writers' clauses.

    Nothing is cross-validated, and nothing abstains: whatever is likeliest in a clause is a
    need, so that any other word in it can show. That costs a third, and sees more.
    """
    from rightfit.commands.mirror import reads_of
    from rightfit.language.deciding import Linear
    from rightfit.language.distress import DistressModel, gravest
    from rightfit.language.encoder import Encoder
    from rightfit.language.needs import candidates, in_context, minded
    from rightfit.language.needs_examples import HELP, load_need_examples
    from rightfit.language.needs_training import Learner
    from rightfit.language.outside_help import HelpModel
    from rightfit.language.pipeline import pipeline
    from rightfit.language.understand import Understander
    from rightfit.language.understanding import Understanding

    def by_one(at: int, count: int, level: float = 0.0) -> Linear:
        return Linear(tuple(float(each == at) for each in range(count)), -level)

    examples = load_need_examples(_thinned(tmp_path_factory.mktemp("hands")))
    encoder = Encoder.load()
    learner = Learner(pipeline(), encoder)
    needs, states = learner.needs(examples), learner.distress(examples)
    [statement] = learner.statements(["Any words will do."])
    scores = needs.tokens.scores(statement.states)
    told = in_context(statement, [0], [next(iter(THEMES))], None)
    weighed = candidates(needs, None, statement, scores).seen.shape[1]
    of_stance = len(minded(needs, statement, scores, 0, told))
    of_distress = by_one(0, len(gravest(states, statement, scores).seen))
    needs = msgspec.structs.replace(
        needs, gate=by_one(_AT_MOST_ONE_AHEAD, weighed, 0.5), stance=by_one(0, of_stance)
    )
    understanding = Understanding(
        needs=needs,
        distress=DistressModel(states, of_distress, of_distress),
        help=HelpModel(learner.help(examples), dict.fromkeys(HELP[:-1], by_one(0, 2))),
        nearest=learner.nearest(examples),
        fingerprint="",
    )
    reader: Any = _HearsAnswers()
    return reads_of(Understander(encoder, reader, understanding))


def _thinned(folder: Path) -> list[Path]:
    """Every twentieth example of two writers, without the passages."""
    files = []
    for hand in "pq":
        kept, number, heading = [], 0, ""
        for line in (ROOT / "practice" / "needs" / f"hand_{hand}.yml").read_text().splitlines():
            heading = line if line[:1].isalpha() else heading
            example = line.startswith(("- {", '  - "'))
            number += example
            if heading != "passages:" and (not example or number % 20 == 0):
                kept.append(line)
        files.append(folder / f"hand_{hand}.yml")
        files[-1].write_text("\n".join(kept) + "\n")
    return files
