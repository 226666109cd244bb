"""A client at the page: what one does there, in the order in which one does it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

#: What this client types where the question has no choices.
WORDS = {
    "name": "Maya",
    "experience": "I drove lorries for twelve years. I had to stop because of my back.",
    "goals": "A calmer job before the summer, in planning.",
    "obstacles": "I never finished school, and every form asks for it.",
    "environment": "Quiet, and a boss who says what they want.",
    "expectations": "Somebody who asks good questions and keeps me at it.",
    "coach_wishes": "Plain words, please.",
    "times": "Weekday mornings",
    "time_zone": "Europe/Lisbon",
    "start": "next month",
    "budget": "I do not know yet",
    "contact": "maya@example.org",
}
#: What is chosen where it is not the first choice.
CHOICES: dict[str, str] = {"needs": "That is right"}


class Client:
    """One tab of one client."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field: Locator = page.locator("textarea")
        self.said: Locator = page.locator("article.client:not(.on-its-way)")
        self.on_its_way: Locator = page.locator("article.on-its-way")
        self.questions: Locator = page.locator("article[data-question]")
        self.choices: Locator = page.locator(".choices button, .choices label")
        self.status: Locator = page.locator(".status")

    def opens(self, address: str) -> Client:
        self.page.goto(address)
        expect(self.button("Start")).to_be_visible()
        return self

    def starts(self) -> Client:
        self.button("Start").click()
        expect(self.questions.first).to_be_visible()
        return self

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def from_menu(self, item: str) -> None:
        self.page.locator("summary").click()
        self.button(item).click()

    @property
    def question(self) -> str:
        """The id of the question on screen."""
        return self.questions.last.get_attribute("data-question") or ""

    @property
    def words(self) -> list[str]:
        """All that the client is shown to have said, in order."""
        return [text.removeprefix("You") for text in self.said.all_text_contents()]

    def says(self, text: str) -> None:
        """Type and send, and wait until it is acknowledged."""
        count = self.said.count()
        self.field.fill(text)
        self.button("Send").click()
        expect(self.said).to_have_count(count + 1)

    def chooses(self, title: str | None = None) -> None:
        """Press a choice (the first one, if none is named) and wait for the next question."""
        count = self.said.count()
        group = self.page.locator(".choices")
        if group.locator("input").count():
            group.get_by_label(title).check() if title else group.locator("input").first.check()
            self.button("Send these").click()
        else:
            (self.button(title) if title else group.locator("button").first).click()
        expect(self.said).to_have_count(count + 1)

    def answers(self) -> str:
        """Answer the question on screen; its id."""
        question = self.question
        if self.choices.count():
            self.chooses(CHOICES.get(question))
        else:
            self.says(WORDS[question])
        return question

    def answers_until(self, question: str) -> None:
        """Answer one question after another until this one is on screen."""
        for _ in range(40):
            if self.question == question:
                return
            self.answers()
        raise AssertionError(f"{question} never came up; on screen is {self.question}")

    def receipt(self) -> str:
        """The receipt code, from the menu."""
        self.from_menu("Pause and get my code")
        code = self.page.locator("output").text_content() or ""
        assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4})+", code)
        self.button("Go on now").click()
        return code

    def resumes(self, code: str) -> None:
        self.button("I have a receipt code").click()
        self.page.get_by_label("Your receipt code").fill(code)
        self.button("Go on").click()
        expect(self.questions.last).to_be_visible()
