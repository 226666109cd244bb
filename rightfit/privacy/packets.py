"""What goes to another coach: the lines that the client has chosen, signed, and nothing else.

A packet holds answers and needs in the client's own words. Flags, lines, notes, reasons, what
was held back, and what a rule has found are never part of it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from rightfit.practice import DISCLOSURE, NEEDS, Practice
from rightfit.privacy.held_back import LEFT_OUT, for_coach
from rightfit.records import THEMES, Answer, Intake, Need, Summary
from rightfit.summary.arrangement import summary_of
from rightfit.summary.lines import words_of

PACKET_SCHEMA = "rightfit.packet/1"
#: Bytes. The longest intake with every answer at its limit stays well below.
LARGEST = 1024 * 1024
#: Answers that go along wherever anything does, and are no lines to choose: the consent says
#: under what the words were written.
_ALWAYS = ("consent",)
#: About the interview and this coach, and nothing for another one.
_NEVER = ("recap", "coach", DISCLOSURE, NEEDS)


class Part(msgspec.Struct, frozen=True):
    """One line that the client can let travel; ``personal`` ones do not, unless chosen."""

    id: str
    title: str
    words: str
    personal: bool


class Content(msgspec.Struct, frozen=True):
    """What a packet says; ``titles`` are the questions' and ``words`` what stood on buttons."""

    practice: str
    coach: str
    to: str
    name: str | None
    sent_at: str
    intake: Intake
    titles: Mapping[str, str]
    words: Mapping[str, str]
    schema: str = PACKET_SCHEMA


class Packet(msgspec.Struct, frozen=True):
    """A packet: its content, and who has signed it."""

    content: Content
    signed_by: str
    signature: str


class PacketFaulty(ValueError):
    """This is no packet that can be taken in; the message says fault and remedy."""


def parts_of(practice: Practice, intake: Intake) -> tuple[Part, ...]:
    """The lines of an intake, as its coach may read it, that a client can choose from."""
    asked = {question.id: question for question in (*practice.questions, *practice.not_asked)}
    found = []
    for answer in intake.answers:
        question, given = asked.get(answer.question), answer.given
        if answer.question in (*_ALWAYS, *_NEVER) or given is None or given.kind == "skipped":
            continue
        words = words_of(question, given) if question else given.text or ""
        if not words or words == LEFT_OUT:
            continue
        personal = any(
            need.question == answer.question and THEMES[need.theme].sensitive
            for need in intake.needs
        )
        title = question.title if question else answer.question
        found.append(Part(f"answer:{answer.question}", title, words, personal))
    for number, need in enumerate(intake.needs):
        if need.picked:
            title = practice.wording["utter_summary_central"][0].text
            sensitive = THEMES[need.theme].sensitive
            found.append(Part(f"need:{number}", title, need.quote, sensitive))
    return tuple(found)


def only(practice: Practice, intake: Intake, travels: Sequence[str]) -> Intake:
    """The intake with the chosen lines alone.

    A need that does not travel is cut out of the answers that do, with the sentence that it
    stands in.
    """
    chosen = set(travels)
    kept = tuple(
        answer
        for answer in intake.answers
        if answer.question in _ALWAYS or f"answer:{answer.question}" in chosen
    )
    goes = {number for number in range(len(intake.needs)) if f"need:{number}" in chosen}
    stays = [
        msgspec.structs.replace(need, sensitive_choice="leave_out")
        for number, need in enumerate(intake.needs)
        if number not in goes and (need.picked or THEMES[need.theme].sensitive)
    ]
    if_open = {f"answer:{need.question}" for need in stays} & chosen
    cut = [need for need in stays if not _goes_with_its_answer(need, if_open)]
    # What was heard beside, and not named as mattering most, goes with the answer it stands in.
    needs = tuple(
        need
        for number, need in enumerate(intake.needs)
        if number in goes or (not need.picked and f"answer:{need.question}" in chosen)
    )
    bare = msgspec.structs.replace(
        intake, answers=kept, needs=needs, distress=(), outside_help=(), to_tell=0
    )
    read = for_coach(practice, bare, bare.answers, (), cut).intake
    return msgspec.structs.replace(read, to_tell=0, coach=None)


def _goes_with_its_answer(need: Need, answers: set[str]) -> bool:
    """Whether the client let the whole answer travel although the need in it is personal.

    Personal answers are off until they are chosen, so choosing one says that its words may go.
    """
    return THEMES[need.theme].sensitive and f"answer:{need.question}" in answers


def content_of(
    practice: Practice, intake: Intake, travels: Sequence[str], coach: str, to: str, sent_at: str
) -> Content:
    """What is sent: exactly what the client sees before they send it."""
    chosen = only(practice, intake, travels)
    asked = {question.id: question for question in (*practice.questions, *practice.not_asked)}
    here = {answer.question: answer for answer in chosen.answers if answer.question in asked}
    name = here["name"].given.text if "name" in here and here["name"].given else None
    return Content(
        practice=practice.name,
        coach=coach,
        to=to,
        name=name,
        sent_at=sent_at,
        intake=msgspec.structs.replace(chosen, id="", opened_at=sent_at, sent_at=sent_at),
        titles={id: asked[id].title for id in here},
        words={
            id: words_of(asked[id], answer.given)
            for id, answer in here.items()
            if answer.given is not None and answer.given.choices
        },
    )


def summary_in(practice: Practice, content: Content) -> Summary:
    """The packet as it is read: no line of what is missing, and none that a rule has found."""
    summary = summary_of(practice, content.intake)
    return msgspec.structs.replace(
        summary, intake="", left_open=(), contradictory=(), to_ask=(), wishes=tuple(
            line for line in summary.wishes if line.kind != "by_rule" and line.question != "consent"
        )
    )  # fmt: skip


def signed(content: Content, seed: bytes) -> Packet:
    """The content with the signature of the installation; ``seed`` is 32 secret bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    signature = key.sign(msgspec.json.encode(content))
    return Packet(content, _text(public), _text(signature))


def read_packet(raw: bytes) -> Packet:
    """The packet in a file.

    Raises:
        PacketFaulty: too large, no packet, or changed since it was signed.
    """
    if len(raw) > LARGEST:
        raise PacketFaulty("This file is too large for a packet. Choose the file that you got.")
    if not raw.strip():
        raise PacketFaulty("There is nothing in it. Choose the file that you got, or paste it.")
    try:
        packet = msgspec.json.decode(raw, type=Packet)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise PacketFaulty(
            "This is no packet. It should be the JSON file from the page of the packet, whole."
        ) from None
    if packet.content.schema != PACKET_SCHEMA:
        raise PacketFaulty("This packet is of another version. Ask for it as a PDF.")
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(packet.signed_by))
        key.verify(base64.b64decode(packet.signature), msgspec.json.encode(packet.content))
    except (InvalidSignature, ValueError):
        raise PacketFaulty(
            "This packet was changed after it was signed, so it is not taken in."
            " Get it again from the link that you were sent."
        ) from None
    return packet


def digest_of(packet: Packet) -> str:
    """What tells a packet from any other: the SHA-256 of its content."""
    return sha256(msgspec.json.encode(packet.content)).hexdigest()


def fingerprint(packet: Packet) -> str:
    """The signer's key in four groups, to be compared by eye."""
    short = sha256(packet.signed_by.encode()).hexdigest()[:16].upper()
    return "-".join(short[at : at + 4] for at in range(0, 16, 4))


def as_bytes(packet: Packet) -> bytes:
    """The packet as a file."""
    return msgspec.json.format(msgspec.json.encode(packet), indent=2) + b"\n"


def answers_in(content: Content) -> tuple[tuple[Answer, str, str], ...]:
    """Each answer with the title of its question and its words, for whoever takes it in."""
    found = []
    for answer in content.intake.answers:
        if answer.given is not None:
            title = content.titles.get(answer.question, answer.question)
            words = content.words.get(answer.question) or answer.given.text or "-"
            found.append((answer, title, words))
    return tuple(found)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
