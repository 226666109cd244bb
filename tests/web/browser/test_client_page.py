"""The client's page in a real Chromium against the real server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from tests.web.browser.client import WORDS, Client

Device = Callable[..., BrowserContext]
POST = "**/api/messages"


def refuse(status: int, times: int = 1, retry_after: int | None = None) -> Callable[[Route], None]:
    """A route that answers the first posts itself, as a server in trouble would."""
    left = [times]

    def handle(route: Route) -> None:
        if route.request.method == "POST" and left[0]:
            left[0] -= 1
            headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
            body = json.dumps({"status": status, "detail": "A detail."})
            kind = "application/problem+json"
            route.fulfill(status=status, headers=headers, content_type=kind, body=body)
        else:
            route.fallback()

    return handle


def posted(page: Page) -> list[dict[str, object]]:
    """All bodies that the page posts as messages from now on."""
    bodies: list[dict[str, object]] = []

    def note(request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/api/messages"):
            bodies.append(request.post_data_json)

    page.on("request", note)
    return bodies


# --- A whole intake -------------------------------------------------------------------------


def test_a_whole_intake_with_a_reload_a_lost_connection_and_another_device(
    client: Client, site: str, device: Device
) -> None:
    client.starts().answers_until("goals")

    client.page.reload()
    expect(client.questions.last).to_have_attribute("data-question", "goals")
    assert WORDS["experience"] in client.words

    client.page.context.set_offline(True)
    client.field.fill(WORDS["goals"])
    client.button("Send").click()
    expect(client.status).to_contain_text("Not sent")
    expect(client.on_its_way).to_contain_text(WORDS["goals"])
    client.page.context.set_offline(False)
    expect(client.questions.last).to_have_attribute("data-question", "obstacles")
    assert client.words.count(WORDS["goals"]) == 1
    expect(client.status).to_be_empty()

    phone = Client(device(viewport={"width": 390, "height": 844}, has_touch=True).new_page())
    phone.opens(site).resumes(client.receipt())
    assert phone.words[: len(client.words)] == client.words
    phone.answers_until("recap")
    expect(phone.page.locator("article").last).to_contain_text(WORDS["goals"])
    phone.chooses()
    expect(phone.page.locator(".log")).to_contain_text(client.receipt())
    for words in (WORDS["experience"], WORDS["goals"], WORDS["obstacles"]):
        assert phone.words.count(words) == 1


def test_a_whole_intake_with_the_keyboard_alone(client: Client) -> None:
    page = client.page

    def focused(selector: str) -> bool:
        active = "e => e.shadowRoot.activeElement"
        focus = page.locator("rightfit-intake").evaluate_handle(active)
        return bool(focus.evaluate("(e, s) => Boolean(e?.matches(s))", selector))

    def tab_to(selector: str) -> None:
        for _ in range(12):
            if focused(selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {selector} with the Tab key")

    tab_to("button.main")
    page.keyboard.press("Enter")
    expect(page.locator("article").first).to_be_focused()
    for _ in range(45):
        question, count = client.question, client.said.count()
        if client.page.locator(".choices input").count():
            tab_to("input[type=checkbox]")
            page.keyboard.press("Space")
            tab_to(".choices button.main")
            page.keyboard.press("Enter")
        elif client.choices.count():
            tab_to(".choices button")
            page.keyboard.press("Enter")
        else:
            tab_to("textarea")
            page.keyboard.type(WORDS[question])
            page.keyboard.press("Enter")
        expect(client.said).to_have_count(count + 1)
        assert focused("textarea, .choices button, .choices input")
        if question == "recap":
            break
    assert question == "recap"


def test_the_menu_works_with_the_keyboard_and_escape_closes_only_the_menu(client: Client) -> None:
    client.starts().answers_until("name")
    menu = client.page.locator("summary")
    menu.focus()
    client.page.keyboard.press("Enter")
    expect(client.button("Skip this question")).to_be_visible()
    client.page.keyboard.press("Escape")
    expect(client.button("Skip this question")).to_be_hidden()
    expect(menu).to_be_focused()
    client.page.keyboard.press("Enter")
    client.page.keyboard.press("Tab")
    expect(client.button("Skip this question")).to_be_focused()
    client.page.keyboard.press("Enter")
    expect(client.said.last).to_contain_text("skip this question")
    assert client.question != "name"


def test_a_held_key_answers_one_question_only(client: Client) -> None:
    client.starts().answers_until("coached_before")
    bodies = posted(client.page)
    client.choices.first.focus()
    client.page.keyboard.down("Enter")
    expect(client.questions.last).to_have_attribute("data-question", "language")
    expect(client.choices.first).to_be_focused()
    for _ in range(3):
        client.page.keyboard.down("Enter")  # a key that is already down repeats
    client.page.keyboard.up("Enter")
    expect(client.on_its_way).to_have_count(0)
    assert client.question == "language"
    client.chooses("German")
    assert len(bodies) == 2


# --- Going out and coming back --------------------------------------------------------------


def test_nothing_is_asked_of_the_server_or_stored_before_the_start(
    site: str, device: Device
) -> None:
    page = device().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    Client(page).opens(site)
    assert not [url for url in asked if "/api/" in url]
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    assert page.context.cookies() == []


def test_a_message_whose_answer_got_lost_is_there_once(client: Client) -> None:
    client.starts().answers_until("name")
    bodies = posted(client.page)

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and len(bodies) == 1:
            route.fetch()
            route.abort()
        else:
            route.fallback()

    client.page.route(POST, lose_the_answer)
    client.says("Maya")
    assert client.question != "name"
    client.page.reload()
    expect(client.said.last).to_have_text("YouMaya")
    assert client.words.count("Maya") == 1
    assert len(bodies) == 2 and bodies[0] == bodies[1]


def test_a_reload_in_the_middle_of_sending_sends_under_the_same_id(client: Client) -> None:
    client.starts().answers_until("name")
    bodies = posted(client.page)
    client.page.route(POST, lambda route: route.abort() if len(bodies) == 1 else route.fallback())
    client.field.fill("Maya")
    client.button("Send").click()
    expect(client.status).to_contain_text("Not sent")
    client.page.reload()
    expect(client.said.last).to_have_text("YouMaya")
    expect(client.on_its_way).to_have_count(0)
    assert client.words.count("Maya") == 1
    assert len({str(body["id"]) for body in bodies}) == 1


def test_half_an_answer_outlives_a_reload(client: Client) -> None:
    client.starts().answers_until("experience")
    client.field.fill("I was in the middle of")
    client.page.reload()
    expect(client.field).to_have_value("I was in the middle of")


def test_double_clicks_send_once(client: Client) -> None:
    client.starts()
    bodies = posted(client.page)
    client.choices.first.dblclick()
    expect(client.said).to_have_count(1)
    client.field.fill("Maya")
    client.button("Send").dblclick()
    expect(client.said).to_have_count(2)
    assert [body.get("text") for body in bodies] == [None, "Maya"]


@pytest.mark.parametrize(("status", "words"), [(503, "does not answer"), (429, "short pause")])
def test_a_server_in_trouble_gets_the_message_by_itself_later(
    client: Client, status: int, words: str
) -> None:
    client.starts().answers_until("name")
    bodies = posted(client.page)
    client.page.route(POST, refuse(status, retry_after=1))
    client.field.fill("Maya")
    client.button("Send").click()
    expect(client.status).to_contain_text(words)
    expect(client.said.last).to_have_text("YouMaya")
    assert len(bodies) == 2 and bodies[0] == bodies[1]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (409, "no longer open"),
        (413, "longer than one message"),
        (422, "as it is. A detail."),
        (400, "as it is. A detail."),
    ],
)
def test_a_message_that_is_not_taken_comes_back_into_the_field(
    client: Client, status: int, words: str
) -> None:
    client.starts().answers_until("name")
    client.page.route(POST, refuse(status))
    client.field.fill("Maya")
    client.button("Send").click()
    expect(client.status).to_contain_text(words)
    expect(client.field).to_have_value("Maya")
    expect(client.on_its_way).to_have_count(0)
    client.button("Send").click()
    expect(client.said.last).to_have_text("YouMaya")


def test_signed_out_in_the_middle_goes_on_with_the_code_and_loses_nothing(client: Client) -> None:
    client.starts().answers_until("name")
    client.page.route(POST, refuse(401))
    client.field.fill("Maya")
    client.button("Send").click()
    expect(client.page.get_by_role("alert")).to_contain_text("receipt code")
    expect(client.page.get_by_label("Your receipt code")).to_be_focused()
    client.button("Go on").click()
    expect(client.said.last).to_have_text("YouMaya")


def test_a_wrong_code_is_said_to_be_wrong(client: Client) -> None:
    client.button("I have a receipt code").click()
    client.page.get_by_label("Your receipt code").fill("AAAA-BBBB-CCCC-DDDD")
    client.button("Go on").click()
    expect(client.page.get_by_role("alert")).to_contain_text("No intake has this code")
    client.button("Start from the beginning").click()
    expect(client.button("Start")).to_be_visible()


def test_a_code_in_the_address_goes_on_and_leaves_the_address(
    client: Client, site: str, device: Device
) -> None:
    client.starts().answers_until("experience")
    other = Client(device().new_page())
    other.page.goto(f"{site}#{client.receipt()}")
    other.button("Go on").click()
    expect(other.questions.last).to_have_attribute("data-question", "experience")
    assert "#" not in other.page.url


def test_an_answer_to_a_question_that_another_tab_has_answered_comes_back(
    client: Client, site: str
) -> None:
    bodies = posted(client.page)
    spoken = 3  # consent, name, coach; it hears of nobody else until it speaks again

    def deaf(route: Route) -> None:
        if len(bodies) > spoken:
            route.fallback()
        else:
            route.abort()

    client.page.route(re.compile(r"/api/messages\?after="), deaf)
    client.starts().answers_until("experience")
    other = Client(client.page.context.new_page()).opens(site)
    other.resumes(client.receipt())
    other.says(WORDS["experience"])
    assert len(bodies) == spoken
    client.field.fill("I was a nurse.")
    client.button("Send").click()
    expect(client.status).to_contain_text("no longer open")
    expect(client.field).to_have_value("I was a nurse.")
    expect(client.questions.last).to_have_attribute("data-question", "goals")
    assert client.words[-1] == WORDS["experience"]


def test_leaving_a_shared_computer_leaves_nothing_behind(client: Client) -> None:
    client.starts().answers_until("experience")
    client.from_menu("Pause and get my code")
    client.button("Leave and clear this device").click()
    expect(client.button("Start")).to_be_visible()
    assert client.page.evaluate("sessionStorage.length + localStorage.length") == 0
    client.page.reload()
    expect(client.button("Start")).to_be_visible()
    expect(client.said).to_have_count(0)


def test_a_page_that_cannot_reach_the_server_says_so_and_comes_back(client: Client) -> None:
    client.starts().answers_until("experience")
    client.page.route("**/api/**", lambda route: route.abort())
    client.page.reload()
    expect(client.status).to_contain_text("No connection")
    client.page.unroute("**/api/**")
    client.button("Try again").click()
    expect(client.questions.last).to_have_attribute("data-question", "experience")
    expect(client.status).to_be_empty()


def test_who_does_not_agree_is_let_go_and_may_start_anew(client: Client) -> None:
    client.starts()
    client.button("No, thank you").click()
    expect(client.page.locator("article").last).to_contain_text("Nothing of this has been kept")
    expect(client.choices).to_have_count(0)
    client.field.fill("Are you still there?")
    client.button("Send").click()
    expect(client.status).to_contain_text("This intake has ended")
    client.button("Start a new one").click()
    client.starts()
    expect(client.questions.last).to_have_attribute("data-question", "consent")


def test_erasing_in_the_conversation_ends_at_the_same_page_as_in_the_menu(client: Client) -> None:
    client.starts().answers_until("goals")
    client.says("stop")
    client.button("Stop and erase everything").click()
    expect(client.page.get_by_role("heading", name="Everything is erased")).to_be_focused()
    assert client.page.evaluate("sessionStorage.length") == 0
    expect(client.said).to_have_count(0)


def test_a_link_with_a_coach_who_is_not_there_is_no_dead_end(client: Client) -> None:
    client.page.locator("rightfit-intake").evaluate("e => e.setAttribute('coach', 'nobody')")
    client.starts().answers_until("coach")


def test_two_tabs_see_the_same_conversation(client: Client, site: str) -> None:
    client.starts()
    other = Client(client.page.context.new_page()).opens(site)
    other.resumes(client.receipt())
    client.answers_until("experience")
    expect(other.questions.last).to_have_attribute("data-question", "experience")
    other.says(WORDS["experience"])
    expect(client.questions.last).to_have_attribute("data-question", "goals")
    assert client.words == other.words


# --- What a client says ---------------------------------------------------------------------


def test_a_text_that_is_too_long_is_neither_sent_nor_cut(client: Client) -> None:
    client.starts().answers_until("experience")
    bodies = posted(client.page)
    client.field.fill("ä" * 8001)
    expect(client.page.locator("#counter")).to_contain_text("8001 / 8000 characters. 1 too many")
    client.field.press("Enter")
    expect(client.status).to_contain_text("1 characters too many")
    expect(client.field).to_have_value("ä" * 8001)
    assert bodies == []
    client.says(("I planned routes for lorries. \N{ARTICULATED LORRY} " * 300)[:8000])
    assert client.question != "experience"


def test_what_looks_like_markup_is_text(client: Client) -> None:
    client.starts().answers_until("experience")
    text = "<img src=x onerror=\"document.title='gone'\"> & <b>bold</b>\n\n\n- a  list"
    client.says(text)
    assert client.words[-1] == text
    client.page.reload()
    expect(client.said.last).to_have_text(f"You{text}", use_inner_text=False)
    assert client.page.locator("article img, article b").count() == 0
    assert client.page.title() != "gone"


def test_shift_enter_is_a_new_line_and_on_a_phone_enter_is_one_too(
    client: Client, site: str, device: Device
) -> None:
    client.starts().answers_until("experience")
    client.field.press_sequentially("one")
    client.field.press("Shift+Enter")
    client.field.press_sequentially("two")
    client.field.press("Enter")
    expect(client.said.last).to_have_text("Youone\ntwo")

    phone = Client(device(is_mobile=True, has_touch=True).new_page()).opens(site)
    phone.starts().answers_until("experience")
    phone.field.press_sequentially("one")
    phone.field.press("Enter")
    phone.field.press_sequentially("two")
    expect(phone.field).to_have_value("one\ntwo")


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("Go back one question", "go back"),
        ("Repeat the question", "repeat the question"),
        ("Talk to a person", "can I talk to a person"),
    ],
)
def test_the_menu_says_it_in_words(client: Client, item: str, words: str) -> None:
    client.starts().answers_until("experience")
    client.from_menu(item)
    expect(client.said.last).to_have_text(f"You{words}")
    assert client.question in ("experience", "name", "coach")


def test_what_was_said_can_be_downloaded(client: Client) -> None:
    client.starts().answers_until("goals")
    with client.page.expect_download() as download:
        client.from_menu("Download what I said")
    assert WORDS["experience"] in download.value.path().read_text()


def test_erase_asks_first_and_then_really_erases(client: Client) -> None:
    client.starts().answers_until("goals")
    code = client.receipt()
    client.from_menu("Erase everything")
    client.button("Keep it").click()
    expect(client.questions.last).to_be_visible()
    client.from_menu("Erase everything")
    client.page.locator("dialog").get_by_role("button", name="Erase everything").click()
    expect(client.page.get_by_role("heading", name="Everything is erased")).to_be_focused()
    expect(client.page.locator("rightfit-intake")).to_contain_text(code)
    assert client.page.evaluate("sessionStorage.length") == 0
    client.button("Back to the beginning").click()
    client.button("I have a receipt code").click()
    client.page.get_by_label("Your receipt code").fill(code)
    client.button("Go on").click()
    expect(client.page.get_by_role("alert")).not_to_be_empty()
    expect(client.said).to_have_count(0)


# --- How it looks and reads -----------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 390, 640, 1280])
def test_nothing_scrolls_sideways(site: str, device: Device, width: int) -> None:
    client = Client(device(viewport={"width": width, "height": 568}).new_page()).opens(site)

    def fits() -> bool:
        return bool(
            client.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        )

    assert fits()
    client.starts().answers_until("experience")
    client.says("Donaudampfschifffahrtsgesellschaftskapitän" * 20)
    assert fits()
    client.page.locator("summary").click()
    assert fits()
    client.button("Pause and get my code").click()
    assert fits()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(
    site: str, device: Device, accessible: Callable[[Page], None], scheme: str
) -> None:
    client = Client(device(color_scheme=scheme).new_page()).opens(site)
    accessible(client.page)
    client.button("I have a receipt code").click()
    accessible(client.page)
    client.button("Start from the beginning").click()
    client.starts()
    accessible(client.page)
    client.answers_until("experience")
    client.page.locator("summary").click()
    accessible(client.page)
    client.button("Erase everything").click()
    accessible(client.page)
    client.button("Keep it").click()
    client.receipt()
    client.field.fill("x" * 8001)
    accessible(client.page)


def test_a_reader_is_told_what_is_what(client: Client) -> None:
    client.starts()
    log = client.page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    group = client.page.locator(".choices [role=group]")
    label = group.get_attribute("aria-labelledby")
    asked = client.page.locator(f"[id='{label}']")
    expect(log).to_contain_text(asked.text_content() or "no question")
    expect(client.page.get_by_role("progressbar")).to_have_accessible_name(
        client.page.locator("#step").text_content() or "-"
    )
    client.answers_until("name")
    expect(client.page.get_by_role("textbox", name="Your answer")).to_be_focused()


# --- On a coach's own site ------------------------------------------------------------------

FOREIGN = """<!doctype html><html lang="en"><title>A coach</title>
<style>html {{ font-size: 62.5% }} * {{ color: darkred; margin: 3em }}</style>
<main><h1>A coach</h1><p>Words of a coach.</p></main>
<script src="{site}embed.js" data-label="Tell me about you"></script></html>"""


def test_the_launcher_on_another_site(
    site: str,
    device: Device,
    foreign_page: Callable[[str], str],
    accessible: Callable[[Page], None],
) -> None:
    page = device().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(foreign_page(FOREIGN.format(site=site)))
    client = Client(page)
    launcher = client.button("Tell me about you")
    expect(launcher).to_be_visible()
    assert [url for url in asked if url.startswith(site)] == [f"{site}embed.js"]
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0
    accessible(page)

    launcher.press("Enter")
    expect(page.get_by_role("heading", name="Before your first session")).to_be_focused()
    size = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert client.button("Start").evaluate(size) >= 16
    accessible(page)
    client.starts().answers_until("experience")
    client.field.fill("I was in the")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()

    launcher.click()
    expect(client.field).to_be_focused()
    expect(client.field).to_have_value("I was in the")
    client.says(WORDS["experience"])

    other = Client(device().new_page()).opens(site)
    other.resumes(client.receipt())
    other.says(WORDS["goals"])
    expect(client.said.last).to_contain_text(WORDS["goals"])
    page.reload()
    launcher.click()
    expect(client.questions.last).to_have_attribute("data-question", "obstacles")
    assert WORDS["experience"] in client.words


def test_the_launcher_says_so_where_the_server_is_away(
    site: str, device: Device, foreign_page: Callable[[str], str]
) -> None:
    page = device().new_page()
    page.goto(foreign_page(FOREIGN.format(site=site)))
    page.route("**/static/**", lambda route: route.abort())
    Client(page).button("Tell me about you").click()
    expect(page.get_by_role("dialog")).to_contain_text("could not be loaded")
    Client(page).button("Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
