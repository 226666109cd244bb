"""How a turn of the interview stands in a direct message."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from rightfit.practice import Practice, said_in
from rightfit.records import Message, Progress, ShownChoice
from rightfit.slack.blocks import (
    BLOCKS_A_MESSAGE,
    MOST_BUTTONS,
    OPTION,
    Block,
    actions,
    aside,
    button,
    clamped,
    fallback,
    menu,
    messages,
    paragraphs,
    plain_text,
    quote,
)

#: The channel by which wording and inbox know Slack.
SLACK = "slack"


class Post(msgspec.Struct, frozen=True):
    """One message for Slack; ``live`` where it has something to press."""

    text: str
    blocks: list[Block]
    live: bool = False


def turn(
    practice: Practice,
    conversation: str,
    said: Sequence[Message],
    progress: Progress | None = None,
) -> list[Post]:
    """What the assistant said in one turn, as one message of Slack or as few as it takes."""
    parted = _in_parts(said)
    pressed = _controls(practice, conversation, said[-1])
    if progress:
        parted[0].insert(0, aside(f"{progress.label} · {progress.step}/{progress.of}"))
    parted[-1] += pressed
    text = fallback("\n".join(message.text for message in said))
    return [Post(text, part, live=bool(pressed) and part is parted[-1]) for part in parted if part]


def _controls(practice: Practice, conversation: str, message: Message) -> list[Block]:
    if not message.choices:
        return []
    place = f"{conversation}|{message.seq}"
    options = [(choice.id, choice.title) for choice in message.choices]
    if message.multiple and message.multiple > 1:
        titles = [choice.title for choice in message.choices]
        done = button(_word(practice, "done"), "choose_done", style="primary")
        some = menu(options, "choose_some", _word(practice, "choose_some"), message.multiple)
        told = "\n".join(f"– {title}" for title in titles)
        return [
            {
                "type": "section",
                "block_id": f"some|{place}",
                # A menu shows no more than a few words of each; here they stand in full.
                "text": plain_text(told, 3000),
                "accessory": some,
            },
            actions(f"ask|{place}", [done]),
        ]
    if len(options) > MOST_BUTTONS:
        one = menu(options, "choose_one", _word(practice, "choose_one"))
        return [actions(f"ask|{place}", [one])]
    return [
        actions(
            f"ask|{place}",
            [button(title, f"choose:{id}", id) for id, title in options],
        )
    ]


def one_turn(shown: Sequence[Message], last: int) -> list[Message]:
    """What the assistant said in the turn that message ``last`` was the last of."""
    said: list[Message] = []
    for message in reversed([each for each in shown if each.seq <= last]):
        if message.author == "client":
            break
        said.insert(0, message)
    return said


def settled(said: Sequence[Message], answered: Message | None) -> Post:
    """The same message once its buttons mean nothing any more, with what was chosen."""
    last = _in_parts(said)[-1]
    chosen = _chosen(said[-1].choices, answered)
    if chosen:
        last.append(quote(chosen))
    return Post(fallback("\n".join(message.text for message in said)), last or paragraphs("-"))


def _in_parts(said: Sequence[Message]) -> list[list[Block]]:
    """The words of a turn as so many messages, with room for what goes before and after."""
    blocks = [block for message in said for block in paragraphs(message.text)]
    return messages(blocks, BLOCKS_A_MESSAGE - 5) or [[]]


def _chosen(choices: Sequence[ShownChoice], answered: Message | None) -> str | None:
    """What stands on the buttons that were pressed; null where the client typed."""
    if answered is None or answered.author != "client":
        return None
    titles = {choice.title for choice in choices}
    if answered.text in titles or set(answered.text.split(", ")) <= titles:
        return answered.text
    return None


def said(practice: Practice, response: str, **filled: str) -> Post:
    """A sentence that belongs to no question, from the practice's wording."""
    text = _filled(said_in(practice, f"utter_{response}", SLACK).text, filled)
    return Post(fallback(text), paragraphs(text))


def proposed(practice: Practice, response: str, proposal: str, **filled: str) -> Post:
    """A question about a message that was changed, with its buttons."""
    wording = said_in(practice, f"utter_{response}", SLACK)
    text = _filled(wording.text, filled)
    buttons = [button(choice.title, f"propose:{choice.id}", proposal) for choice in wording.choices]
    blocks = [*messages(paragraphs(text))[0], actions(f"propose|{proposal}", buttons)]
    return Post(fallback(text), blocks, live=True)


def answered(practice: Practice, do: str) -> Post:
    """What stands in the place of a proposal once it was answered: the button that was pressed."""
    proposals = ("slack_edited", "slack_deleted", "slack_late", "slack_erase")
    choices = [c for each in proposals for c in said_in(practice, f"utter_{each}", SLACK).choices]
    title = next((choice.title for choice in choices if choice.id == do), "-")
    return Post(fallback(title), [quote(title)])


def _filled(text: str, filled: dict[str, str]) -> str:
    for place, words in filled.items():
        text = text.replace("{" + place + "}", words)
    return text


def _word(practice: Practice, name: str) -> str:
    return clamped(said_in(practice, f"utter_slack_{name}", SLACK).text, OPTION)
