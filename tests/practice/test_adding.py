"""A coach can be added by a command, and nothing else in the file changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from rightfit.practice import PracticeFaulty
from rightfit.practice.adding import CannotAdd, add_coach

ROOT = Path(__file__).parents[2]
WORDING = ROOT / "domain.yml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "practice", tmp_path / "practice")


def test_the_coach_is_there_and_every_line_before_as_it_was(folder: Path) -> None:
    before = (folder / "coaches.yml").read_text("utf-8").splitlines()
    practice = add_coach(folder, WORDING, "tomas", "Tomás Quill")
    assert practice.coach("tomas").name == "Tomás Quill"
    after = (folder / "coaches.yml").read_text("utf-8").splitlines()
    assert after[: len(before)] == before


@pytest.mark.parametrize("id", ["maren", "Two Words", "no_preference", ""])
def test_an_id_that_cannot_be_leaves_the_file_alone(folder: Path, id: str) -> None:
    before = (folder / "coaches.yml").read_bytes()
    with pytest.raises(CannotAdd, match=r"coaches\.yml"):
        add_coach(folder, WORDING, id, "Tomás Quill")
    assert (folder / "coaches.yml").read_bytes() == before
    assert {file.name for file in folder.glob(".*")} == set()


def test_nothing_is_added_to_a_practice_with_mistakes(folder: Path) -> None:
    file = folder / "coaches.yml"
    file.write_text(file.read_text("utf-8").replace("can: not_well", "can: badly"), "utf-8")
    before = file.read_bytes()
    with pytest.raises(PracticeFaulty):
        add_coach(folder, WORDING, "tomas", "Tomás Quill")
    assert file.read_bytes() == before
