"""``rightfit talk``: a scripted client against the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from rightfit.commands.places import PRACTICE_FOLDER, PracticeFolder, fail
from rightfit.commands.running import run, settings_of

if TYPE_CHECKING:
    from rightfit.records import Message

app = typer.Typer()


@app.command()
def talk(
    script: Annotated[Path, typer.Argument(help="A scripted client (YAML).")],
    practice: PracticeFolder = PRACTICE_FOLDER,
) -> None:
    """Play a scripted client against the real engine; ends with the intake as JSON."""
    import tempfile

    from rightfit.engine.assembly import engine
    from rightfit.engine.script import UNHURRIED, Playing, ScriptFaulty, read_script

    try:
        played = read_script(script)
    except ScriptFaulty as error:
        fail(str(error), 2)

    async def work() -> int:
        with tempfile.TemporaryDirectory() as folder:
            settings = settings_of(Path(folder), None, practice)
            settings = msgspec.structs.replace(settings, limits=UNHURRIED)
            async with engine(settings) as parts:
                playing = Playing(parts, played)
                async for message in playing.messages():
                    typer.echo(_spoken(message))
        content = playing.content
        intake = msgspec.json.encode(content.intake) if content else b"null"
        typer.echo(msgspec.json.format(intake, indent=2).decode())
        for difference in playing.differences:
            typer.echo(
                f"{script}: at {difference.at}: expected {difference.expected},"
                f" found {difference.found}",
                err=True,
            )
        return 1 if playing.differences else 0

    run(work)


def _spoken(message: Message) -> str:
    lines = [f"{message.author}: {message.text}"]
    lines += [f"    [{choice.id}] {choice.title}" for choice in message.choices]
    return "\n".join(lines)
