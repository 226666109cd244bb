"""Scripts: what they may say, and how a play tells where it went another way."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.engines import IN_DANGER, Noticing, StartEngine

if TYPE_CHECKING:
    from rightfit.engine.script import Playing

AGREE = "- {client: {choose: 'yes'}, assistant: [utter_ask_name]}\n"


async def play(start_engine: StartEngine, folder: Path, text: str) -> Playing:
    """Play a script that stands in ``folder``, to its end."""
    from rightfit.engine.script import Playing, read_script

    file = folder / "script.yml"
    file.write_text(text, "utf-8")
    async with start_engine(f"sqlite+aiosqlite:///{folder / 'a.db'}") as engine:
        playing = Playing(engine, read_script(file))
        async for _ in playing.messages():
            pass
    return playing


def differences(playing: Playing) -> list[tuple[str, object, object]]:
    return [(one.at, one.expected, one.found) for one in playing.differences]


async def test_a_script_that_fits_has_no_differences(
    start_engine: StartEngine, tmp_path: Path
) -> None:
    text = (
        "turns:\n- assistant: [utter_welcome, utter_ask_consent]\n"
        + AGREE
        + "- client: Mia\n- device: another\n- client: {choose: [dayo]}\n"
        + "intake:\n  state: open\n  answers: {consent: 'yes', name: Mia, coach: dayo}\n"
    )

    playing = await play(start_engine, tmp_path, text)

    assert differences(playing) == []
    assert playing.content is not None
    assert playing.content.intake.coach == "dayo"


async def test_each_difference_is_told(start_engine: StartEngine, tmp_path: Path) -> None:
    text = (
        "turns:\n- assistant: [utter_welcome]\n"
        + AGREE
        + "- {client: Mia, assistant: []}\n- {client: Skip this}\n"
        + "intake:\n  state: sent\n  answers: {name: Ann, coach: dayo, goals: skipped}\n"
    )

    playing = await play(start_engine, tmp_path, text)

    assert differences(playing) == [
        ("turn 1", ["utter_welcome"], ["utter_welcome", "utter_ask_consent"]),
        ("turn 3", [], ["utter_ask_coach"]),
        ("the end: state", "sent", "open"),
        ("the end: name", "Ann", "Mia"),
        ("the end: coach", "dayo", "skipped"),
        ("the end: goals", "skipped", None),
    ]


@pytest.mark.parametrize(
    ("turns", "at", "expected"),
    [
        ("- client: {choose: dayo}\n", "turn 1", "a choice on screen"),
        ("- client: {choose: 'no'}\n- client: wait\n", "turn 2", "an open conversation"),
    ],
)
async def test_what_the_server_refuses_is_told(
    start_engine: StartEngine, tmp_path: Path, turns: str, at: str, expected: str
) -> None:
    playing = await play(start_engine, tmp_path, f"turns:\n{turns}- client: never said\n")

    assert differences(playing)[0][:2] == (at, expected)


async def test_what_was_erased_is_gone(start_engine: StartEngine, tmp_path: Path) -> None:
    text = "turns:\n- client: I have to stop\n- client: {choose: erase}\nintake: {state: erased}\n"

    playing = await play(start_engine, tmp_path, text)

    assert (differences(playing), playing.content) == ([], None)


async def test_a_script_goes_on_where_another_asks(
    start_engine: StartEngine, tmp_path: Path
) -> None:
    (tmp_path / "other.yml").write_text(
        "turns:\n- assistant: [not looked at]\n" + AGREE + "- client: Mia\n- client: Skip this\n",
        "utf-8",
    )
    text = (
        "continues: {script: other.yml, asked: coach}\n"
        "turns:\n- {client: 'Why do you ask?', assistant: [utter_why_coach, utter_ask_coach]}\n"
        "intake:\n  answers: {name: Mia}\n"
    )

    assert differences(await play(start_engine, tmp_path, text)) == []
    never = await play(start_engine, tmp_path, text.replace("asked: coach", "asked: recap"))
    assert differences(never) == [("the beginning", "recap", "experience")]


async def test_needs_and_distress_are_compared_by_what_is_named(
    start_engine: StartEngine, tmp_path: Path
) -> None:
    text = (
        "turns:\n- skip_to: consent\n"
        + AGREE
        + "- skip_to: environment\n"
        + "- client: Regular hours. A short commute. People of my faith.\n"
        + "- client: {choose: right}\n- client: {choose: tell_in_person}\n"
        + "- client: {choose: [short commute]}\n- client: {choose: big_part}\n"
        + f"- client: {IN_DANGER}\n"
        + "intake:\n  to_tell: %s\n  distress: %s\n  needs: %s\n"
    )
    right = (1, "[crisis]", "[{quote: A short commute, picked: true, centrality: 3}]")

    def start(url: str) -> object:
        return start_engine(url, understands=Noticing())

    assert differences(await play(start, tmp_path, text % right)) == []  # type: ignore[arg-type]
    wrong = (0, "[]", "[{quote: A short commute, centrality: 4}]")
    (tmp_path / "a.db").unlink()
    told = differences(await play(start, tmp_path, text % wrong))  # type: ignore[arg-type]
    assert [at for at, _, _ in told] == [
        f"the end: {it}" for it in ("needs", "to_tell", "distress")
    ]
    (tmp_path / "a.db").unlink()
    none = differences(await play(start, tmp_path, text % (1, "[crisis]", "[]")))  # type: ignore[arg-type]
    assert [(at, wanted) for at, wanted, _ in none] == [("the end: needs", [])]


async def test_skipping_to_what_never_comes_is_told(
    start_engine: StartEngine, tmp_path: Path
) -> None:
    playing = await play(start_engine, tmp_path, "turns:\n- skip_to: goals\n")

    assert differences(playing) == [("turn 1", "goals", "consent")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("turns: [", "is no YAML"),
        ("turnz: []", "turnz"),
        ("turns: [{client: a, assistent: []}]", "assistent"),
        ("turns: [{device: other}]", "device"),
        ("turns: []\ncontinues: {script: none.yml, asked: goals}", "none.yml: cannot be read"),
    ],
)
def test_a_faulty_script_is_told_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    from rightfit.engine.script import ScriptFaulty, read_script

    file = tmp_path / "script.yml"
    file.write_text(text, "utf-8")

    with pytest.raises(ScriptFaulty) as raised:
        read_script(file)

    assert fault in str(raised.value)
    assert str(tmp_path) in str(raised.value)


async def test_the_how_to_is_true(start_engine: StartEngine, tmp_path: Path) -> None:
    """The first script of the how-to plays as it says; the reader here knows its question."""
    from rightfit.records import Reading

    how_to = Path(__file__).parents[2] / "docs" / "how-to" / "write-a-script.md"
    block = how_to.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    text = "\n".join(line.removeprefix("   ") for line in block.splitlines())

    def read(question: str | None, said: str) -> Reading:
        robot = said == "Are you a robot?"
        return Reading("aside" if robot else "answer", "ask_identity" if robot else None, 1.0)

    def start(url: str) -> object:
        return start_engine(url, read=read)

    assert differences(await play(start, tmp_path, text)) == []  # type: ignore[arg-type]
