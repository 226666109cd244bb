"""Makes the pictures of the README from the real pages: plays an intake, then reads it.

.venv/bin/rightfit serve --port 8090 --data "$(mktemp -d)"
.venv/bin/python docs/images/make.py http://127.0.0.1:8090 SIGN_IN_LINK
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

FOLDER = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

#: Question -> the title of the choice, or what is typed. None skips.
ANSWERS: dict[str, str | None] = {
    "name": "Rosalind",
    "experience": "Nine years in a hospital laboratory, the last three leading the night team. "
    "I am good at keeping a shift calm when everything comes in at once.",
    "goals": "Day work, before my son starts school in September. I would like to plan how a "
    "laboratory works, rather than run from bench to bench.",
    "obstacles": "Every post I look at asks for a degree in management. And I undersell myself.",
    "environment": "People who say what they mean. I cannot work where mistakes are hidden.",
    "needs": "That is right",
    "needs_matter": "",
    "need_choice": "As I wrote it",
    "need_centrality": "A big part",
    "need_firmness": "Probably decline",
    "expectations": "Somebody who asks me the questions I avoid, and who reads my letters.",
    "coach_wishes": None,
    "coached_before": "No",
    "format": "Video call",
    "times": "Tuesday and Thursday mornings",
    "time_zone": "Dublin",
    "contact": "rosalind@example.org",
}


def answer(page: Page, question: str) -> None:
    """Answer the question on screen and wait until it is acknowledged."""
    said = page.locator("article.client:not(.on-its-way)")
    count = said.count()
    group = page.locator(".choices")
    words = ANSWERS.get(question, "")
    if group.locator("input").count():
        boxes = group.get_by_label(words) if words else group.locator("input")
        for box in boxes.all()[:2]:
            box.check()
        page.get_by_role("button", name="Send these").click()
    elif group.locator("button").count():
        named = group.get_by_role("button", name=words, exact=True) if words else None
        (named or group.locator("button").first).click()
    else:
        page.locator("textarea").fill(words or "skip")
        page.get_by_role("button", name="Send", exact=True).click()
    expect(said).to_have_count(count + 1)


def client(browser: Browser, address: str) -> None:
    """Play an intake on a phone, with a picture at the third open question."""
    page = browser.new_context(
        viewport={"width": 390, "height": 780}, reduced_motion="reduce"
    ).new_page()
    page.goto(f"{address}/?coach=maren")
    page.get_by_role("button", name="Start", exact=True).click()
    questions = page.locator("article[data-question]")
    expect(questions.first).to_be_visible()
    for _ in range(40):
        question = questions.last.get_attribute("data-question") or ""
        if question == "obstacles":
            page.screenshot(path=FOLDER / "client.png")
        if question == "recap":
            answer(page, question)
            return
        answer(page, question)
    raise SystemExit(f"the recap never came; on screen is {question}")


def coach(browser: Browser, link: str) -> None:
    """Sign in, and take a picture of the first intake."""
    page = browser.new_context(viewport={"width": 1180, "height": 780}).new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Intakes").click()
    page.locator(".intakes a").first.click()
    expect(page.locator("h1")).to_have_text("Rosalind")
    page.screenshot(path=FOLDER / "coach.png")


def main(address: str, link: str) -> None:
    """Make both pictures."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        client(browser, address.rstrip("/"))
        coach(browser, link)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
