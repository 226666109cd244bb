"""A packet: only what was chosen, nothing that a rule has found, and changed ones are refused."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import Practice, load
from rightfit.privacy.packets import (
    PacketFaulty,
    as_bytes,
    content_of,
    digest_of,
    fingerprint,
    only,
    parts_of,
    read_packet,
    signed,
    summary_in,
)
from rightfit.records import DistressShown, Intake, OutsideHelp

ROOT = Path(__file__).parents[2]
SEED = b"s" * 32


def _intake() -> Intake:
    raw = (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes()
    found = msgspec.json.decode(raw, type=Intake)
    return msgspec.structs.replace(
        found,
        distress=(DistressShown("strained", "I cannot sleep", "goals", 3),),
        outside_help=(OutsideHelp("legal", "goals", "a lawyer", 0, 8),),
        to_tell=1,
    )


INTAKE = _intake()
PRACTICE: Practice = load(ROOT / "practice", ROOT / "domain.yml")
PARTS = parts_of(PRACTICE, INTAKE)


def test_personal_lines_are_marked_and_the_interview_itself_is_no_line() -> None:
    assert any(part.personal for part in PARTS)
    assert {"answer:consent", "answer:recap", "answer:coach"}.isdisjoint(p.id for p in PARTS)


@given(st.sets(st.sampled_from([part.id for part in PARTS])))
def test_nothing_travels_but_what_was_chosen(chosen: set[str]) -> None:
    found = only(PRACTICE, INTAKE, sorted(chosen))
    questions = {f"answer:{answer.question}" for answer in found.answers}
    assert questions <= chosen | {"answer:consent"}
    assert (found.distress, found.outside_help, found.to_tell, found.coach) == ((), (), 0, None)
    for number, need in enumerate(INTAKE.needs):
        goes = {f"need:{number}", f"answer:{need.question}"} & chosen
        if need.picked and not goes:
            assert need.quote not in msgspec.json.encode(found).decode()


def test_a_need_that_stays_is_cut_out_of_an_answer_that_goes() -> None:
    plain = next(
        (number, need)
        for number, need in enumerate(INTAKE.needs)
        if need.picked and not PARTS_BY_ID[f"need:{number}"].personal
    )
    answer = f"answer:{plain[1].question}"
    assert plain[1].quote not in msgspec.json.encode(only(PRACTICE, INTAKE, [answer])).decode()
    both = only(PRACTICE, INTAKE, [answer, f"need:{plain[0]}"])
    assert plain[1].quote in msgspec.json.encode(both).decode()


PARTS_BY_ID = {part.id: part for part in PARTS}


def test_a_packet_is_read_back_and_a_changed_one_is_refused() -> None:
    travels = [part.id for part in PARTS]
    content = content_of(PRACTICE, INTAKE, travels, "Maren", "Dayo", "2026-03-13T09:00:00+00:00")
    packet = signed(content, SEED)
    again = read_packet(as_bytes(packet))
    assert again == packet and digest_of(again) == digest_of(packet)
    assert fingerprint(packet) != fingerprint(signed(content, b"t" * 32))
    forged = msgspec.structs.replace(
        packet, content=msgspec.structs.replace(content, coach="Somebody")
    )
    for wrong in (forged, msgspec.structs.replace(packet, signature="x")):
        with pytest.raises(PacketFaulty, match="changed after"):
            read_packet(as_bytes(wrong))
    with pytest.raises(PacketFaulty, match="another version"):
        newer = msgspec.structs.replace(content, schema="rightfit.packet/9")
        read_packet(as_bytes(signed(newer, SEED)))
    summary = summary_in(PRACTICE, content)
    assert (summary.left_open, summary.contradictory, summary.to_ask) == ((), (), ())


@given(st.binary(max_size=200))
def test_bytes_that_are_no_packet_get_a_plain_word(raw: bytes) -> None:
    with pytest.raises(PacketFaulty):
        read_packet(raw)
