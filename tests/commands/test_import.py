"""``rightfit intakes import``: a packet becomes an intake of a coach, and faults are named."""

from __future__ import annotations

from pathlib import Path

import msgspec
from typer.testing import CliRunner

from rightfit.cli import app
from rightfit.practice import load
from rightfit.privacy.packets import as_bytes, content_of, parts_of, signed
from rightfit.records import Intake

ROOT = Path(__file__).parents[2]


def test_a_packet_is_taken_in_once_and_anything_else_is_refused(tmp_path: Path) -> None:
    raw = (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes()
    intake, practice = (
        msgspec.json.decode(raw, type=Intake),
        load(ROOT / "practice", ROOT / "domain.yml"),
    )
    travels = [part.id for part in parts_of(practice, intake)]
    content = content_of(practice, intake, travels, "Ann", "Maren", "2026-03-13T09:00:00+00:00")
    file = tmp_path / "packet.json"
    file.write_bytes(as_bytes(signed(content, b"k" * 32)))
    run = CliRunner()

    def call(*words: str) -> tuple[int, str]:
        told = run.invoke(app, ["intakes", *words, "--data", str(tmp_path)])
        return told.exit_code, told.output

    code, said = call("import", str(file), "--coach", "maren")
    assert code == 0 and "Taken in as" in said and "From Ann, Slackwater Coaching" in said
    assert "Taken in before" in call("import", str(file), "--coach", "maren")[1]
    assert len(call("list")[1].splitlines()) == 1
    file.write_bytes(file.read_bytes().replace(b"Ann", b"Eve"))
    code, said = call("import", str(file), "--coach", "maren")
    assert code == 2 and "was changed after it was signed" in said
    assert call("import", str(tmp_path / "none.json"), "--coach", "maren")[0] == 2
    assert call("import", str(file), "--coach", "nobody")[0] != 0
