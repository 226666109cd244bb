"""The open schema: what is published holds for what is printed and read."""

from __future__ import annotations

from typing import Any

import jsonschema
import msgspec
import pytest

from rightfit.commands.handed_over import IntakeFaulty, read_intake
from rightfit.commands.schema import PUBLISHED, schema_of
from rightfit.records import Intake


def _example(name: str) -> Any:
    return msgspec.json.decode(msgspec.json.encode(PUBLISHED[name].example))


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_documented_example_is_one(name: str) -> None:
    schema = schema_of(name)

    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(_example(name), schema)
    assert schema["examples"] == [_example(name)]
    assert schema["version"].startswith(f"rightfit.{name}/")
    assert schema["version"].rpartition("/")[2] in schema["$id"]


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("needs", 0, "theme"), "polites"),
        (("needs", 0, "mode"), "likeminded"),
        (("needs", 0, "centrality"), 5),
        (("needs", 0, "firmness"), -1),
        (("answers", 0, "given", "kind"), "guessed"),
        (("schema",), "rightfit.intake/99"),
    ],
)
def test_what_the_schema_refuses_is_refused(place: tuple[Any, ...], value: Any) -> None:
    content = _example("intake")
    inner = content
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(content, schema_of("intake"))
    with pytest.raises(IntakeFaulty, match=str(place[-1])):
        read_intake(msgspec.json.encode(content), "here")


def test_a_record_of_the_first_version_still_loads() -> None:
    content = _example("intake")
    old = {key: content[key] for key in ("id", "state", "coach", "opened_at", "sent_at", "answers")}

    intake = read_intake(msgspec.json.encode({**old, "schema": "rightfit.intake/1"}), "here")

    assert intake.needs == ()
    assert len(intake.answers) == 4
    jsonschema.validate({**old, "schema": "rightfit.intake/1"}, schema_of("intake"))


def test_an_intake_comes_back_as_it_was() -> None:
    intake: Intake = PUBLISHED["intake"].example

    assert read_intake(msgspec.json.encode(intake), "here") == intake


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "there is nothing in it"),
        (b" \n", "there is nothing in it"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"id": "\\ud800"}', "not JSON"),
        (b"[" * 100_000, r"at \$: Expected"),
        (b"[]", r"at \$: Expected"),
        (b'{"id": 1}', r"at \$\.id: Expected `str`"),
        (b'{"id": "a"}', "missing required field"),
    ],
)
def test_what_is_no_intake_is_told_with_place_and_remedy(raw: bytes, told: str) -> None:
    with pytest.raises(IntakeFaulty, match=f"^here: .*{told}.*(schema intake|hand over)"):
        read_intake(raw, "here")


@pytest.mark.parametrize("change", [{}, {"source": "edited"}, {"sensitive_choice": "reword"}])
def test_a_quote_stands_in_its_answer_unless_it_was_put_otherwise(change: dict[str, str]) -> None:
    content = _example("intake")
    content["needs"][0].update(quote="words that nobody said", **change)

    if change:
        assert read_intake(msgspec.json.encode(content), "here").needs
    else:
        with pytest.raises(IntakeFaulty, match=r"at \$\.needs\[0\]\.quote: these words are not"):
            read_intake(msgspec.json.encode(content), "here")


def test_help_outside_coaching_is_held_to_the_same() -> None:
    content = _example("intake")
    help_ = {"kind": "legal", "question": "environment", "quote": "a lawyer", "start": 0, "end": 8}
    for change, told in (({}, "quote"), ({"kind": "magic"}, "kind")):
        content["outside_help"] = [{**help_, **change}]
        with pytest.raises(IntakeFaulty, match=rf"at \$\.outside_help\[0\]\.{told}"):
            read_intake(msgspec.json.encode(content), "here")
