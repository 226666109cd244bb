"""Getting in and out as a coach, and what the guard keeps out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from rightfit.privacy import passwords
from rightfit.privacy.receipts import digest
from rightfit.store import sign_ins
from tests.web.coach_site import PASSWORD, WHOLE, Device, Site, open_site

HOUR = timedelta(hours=1)
WRONG = "This name and this password do not belong together."


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def device(site: Site) -> AsyncIterator[Device]:
    async with site.device() as made:
        yield made


def form(coach: str, password: str, **more: str) -> dict[str, str]:
    return {"coach": coach, "password": password, **more}


# --- The guard -------------------------------------------------------------------------------


async def test_nothing_under_coach_is_open_without_signing_in(site: Site, device: Device) -> None:
    intake = await site.intake(*WHOLE)
    routes = [
        (route.method, re.sub(r"\{\w+\}", intake, route.resource.canonical))
        for route in site.app.router.routes()
        if route.resource is not None and route.resource.canonical.startswith("/coach")
    ]
    assert len(routes) >= 8
    way_in = ("/coach/sign-in", "/coach/second-step")
    shut = [(method, path) for method, path in routes if not path.startswith(way_in)]
    for method, path in [*shut, ("GET", "/coach/no-such-page"), ("POST", "/coach")]:
        page = await (device.post(path, {}) if method == "POST" else device.get(path))
        assert page.status == 303, (method, path)
        assert page.location.startswith("/coach/sign-in?next=%2Fcoach"), (method, path)
        assert "Ruta" not in page.text
        assert not page.headers.get("Set-Cookie")


@pytest.mark.parametrize("cookie", ["", "x", "a" * 5000, "'; drop table sign_ins; --", "\u00e9"])
async def test_a_made_up_cookie_opens_nothing(device: Device, cookie: str) -> None:
    page = await device.get("/coach", Cookie=f"rightfit-coach={cookie}")
    assert page.status in (303, 400)
    assert "Intakes" not in page.text


async def test_every_answer_is_kept_out_of_caches_and_frames(site: Site, device: Device) -> None:
    pages = [await device.get(path) for path in ("/coach/sign-in", "/coach", "/coach/sign-in/x")]
    await device.sign_in()
    pages += [await device.get(path) for path in ("/coach", "/coach/password", "/coach/nothing")]
    pages.append(await device.post("/coach/sign-out", {}))
    assert [page.status for page in pages] == [200, 303, 410, 200, 200, 404, 403]
    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Frame-Options"] == "DENY"
        assert page.headers["Referrer-Policy"] == "same-origin"
        policy = page.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        for forbidden in ("<script", "style=", "onclick"):
            assert forbidden not in page.text


async def test_a_coach_who_has_left_the_practice_is_out(site: Site, device: Device) -> None:
    until = site.now + HOUR
    async with site.database.writing() as transaction:
        await sign_ins.add_sign_in(transaction, "gone", digest("token"), site.now, until)
    assert (await device.get("/coach", Cookie="rightfit-coach=token")).status == 303
    assert (await device.post(await site.link("gone"), {})).status == 410


# --- Links -----------------------------------------------------------------------------------


async def test_looking_at_a_link_does_not_use_it_up_and_pressing_does(
    site: Site, device: Device
) -> None:
    link = await site.link()
    for _ in range(2):
        page = await device.get(link)
        assert page.status == 200
        assert "Sign in as Maren Tollefsen" in page.words
    page = await device.post(link, {})
    assert (page.status, page.location) == (303, "/coach/password")
    assert (await device.get("/coach")).status == 200

    async with site.device() as other:
        for page in (await other.get(link), await other.post(link, {})):
            assert page.status == 410
            assert "ask whoever runs the server" in page.words
        assert (await other.get("/coach")).status == 303


async def test_expired_unknown_and_used_links_look_the_same(site: Site, device: Device) -> None:
    used, expired = await site.link(), await site.link(hours=1)
    await device.post(used, {})
    site.now += 2 * HOUR
    async with site.device() as other:
        pages = [await other.get(path) for path in (used, expired, "/coach/sign-in/unknown")]
    assert {page.text for page in pages} == {pages[0].text}


async def test_who_has_a_password_goes_straight_to_the_intakes(site: Site, device: Device) -> None:
    await (await device.sign_in()).set_password()
    page = await device.post(await site.link(), {})
    assert page.location == "/coach"


# --- The password ----------------------------------------------------------------------------


async def test_a_password_is_set_and_signs_in_by_id_or_name(site: Site, device: Device) -> None:
    await device.sign_in()
    assert "Set a password" in (await device.get("/coach/password")).words
    assert "Your password is set" in (await device.set_password()).words
    for name in ("maren", " MAREN  tollefsen "):
        async with site.device() as other:
            page = await other.post("/coach/sign-in", form(name, PASSWORD))
            assert (page.status, page.location) == (303, "/coach")
            assert "Maren Tollefsen" in (await other.get("/coach")).words


async def test_what_is_wrong_with_a_new_password_is_said_where_it_is_wrong(
    site: Site, device: Device
) -> None:
    await device.sign_in()
    token = (await device.get("/coach/password")).form_token
    for new, again, told in (
        ("short", "short", "at least 12"),
        ("maren tollefsen 1", "maren tollefsen 1", "try first"),
        (PASSWORD, PASSWORD + "x", "not the same"),
    ):
        page = await device.post(
            "/coach/password", {"form_token": token, "new": new, "again": again}
        )
        assert page.status == 422
        assert told in page.words
        assert 'aria-invalid="true"' in page.text
        assert new not in page.text, "a password is never sent back"
    async with site.device() as other:
        page = await other.post("/coach/sign-in", form("maren", PASSWORD))
        assert page.status == 422, "nothing was set"


async def test_a_new_password_ends_the_other_sign_ins_and_the_old_password(
    site: Site, device: Device
) -> None:
    await (await device.sign_in()).set_password("the old four words")
    async with site.device() as other, site.device() as dayo:
        await dayo.sign_in("dayo")
        await other.post("/coach/sign-in", form("maren", "the old four words"))
        await device.set_password(PASSWORD)
        assert (await device.get("/coach")).status == 200
        assert (await other.get("/coach")).status == 303
        assert (await dayo.get("/coach")).status == 200
        page = await other.post("/coach/sign-in", form("maren", "the old four words"))
        assert WRONG in page.words


async def test_a_while_after_signing_in_the_old_password_is_asked_for(
    site: Site, device: Device
) -> None:
    await (await device.sign_in()).set_password("the old four words")
    assert "current password" not in (await device.get("/coach/password")).words
    site.now += HOUR
    page = await device.get("/coach/password")
    assert "Your current password" in page.words
    fields = {"form_token": page.form_token, "new": PASSWORD, "again": PASSWORD}
    page = await device.post("/coach/password", {**fields, "old": "some other words"})
    assert page.status == 422
    assert "This is not your current password" in page.words
    page = await device.post("/coach/password", {**fields, "old": "the old four words"})
    assert "Your password is set" in page.words


async def test_a_refusal_does_not_tell_which_coach_there_is(
    site: Site, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await device.sign_in()).set_password()
    compared: list[str | None] = []
    real = passwords.is_password

    def watched(hashed: str | None, password: str) -> bool:
        compared.append(hashed)
        return real(hashed, password)

    monkeypatch.setattr(passwords, "is_password", watched)
    async with site.device() as other:
        pages = [
            await other.post("/coach/sign-in", form(name, "not the password"))
            for name in ("maren", "dayo", "nobody at all")
        ]
    assert [page.status for page in pages] == [422] * 3
    names = ("maren", "dayo", "nobody at all")
    texts = {page.text.replace(name, "NAME") for page, name in zip(pages, names, strict=True)}
    assert len(texts) == 1
    assert WRONG in pages[0].words
    assert len(compared) == 3, "a hash is compared whoever was named, so it takes as long"
    assert [hashed is None for hashed in compared] == [False, True, True]


async def test_guessing_is_slowed_and_the_wait_is_told(site: Site, device: Device) -> None:
    await (await device.sign_in()).set_password()
    async with site.device() as other:
        pages = [await other.post("/coach/sign-in", form("maren", "guess")) for _ in range(11)]
        assert [page.status for page in pages] == [422] * 10 + [429]
        assert int(pages[-1].headers["Retry-After"]) >= 1
        assert "tried too often" in pages[-1].words
        page = await other.post("/coach/sign-in", form("maren", PASSWORD))
        assert page.status == 429, "also with the right one"
        site.now += timedelta(seconds=int(page.headers["Retry-After"]))
        page = await other.post("/coach/sign-in", form("maren", PASSWORD))
        assert page.status == 303


async def test_a_hash_with_older_settings_is_made_anew_at_the_next_sign_in(
    site: Site, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    await (await device.sign_in()).set_password()
    made: list[str] = []
    real = passwords.hash_of
    monkeypatch.setattr(passwords, "is_dated", lambda hashed: hashed not in made)
    monkeypatch.setattr(passwords, "hash_of", lambda word: made.append(real(word)) or made[-1])
    for _ in range(2):
        async with site.device() as other:
            assert (await other.post("/coach/sign-in", form("maren", PASSWORD))).status == 303
    assert len(made) == 1


# --- Where it leads --------------------------------------------------------------------------


async def test_signing_in_leads_back_to_the_page_that_was_wanted(
    site: Site, device: Device
) -> None:
    await (await device.sign_in()).set_password()
    intake = await site.intake(*WHOLE)
    async with site.device() as other:
        page = await other.get(f"/coach/intakes/{intake}")
        page = await other.get(page.location)
        wanted = re.search(r'name="next" value="([^"]+)"', page.text)
        assert wanted
        page = await other.post("/coach/sign-in", form("maren", PASSWORD, next=wanted[1]))
        assert page.location == f"/coach/intakes/{intake}"
        page = await other.get(f"/coach/sign-in?next={wanted[1]}")
        assert page.location == f"/coach/intakes/{intake}", "who is signed in goes on at once"


@pytest.mark.parametrize(
    "there",
    [
        "https://elsewhere.example/coach",
        "//elsewhere.example",
        "/coach//elsewhere.example",
        "/coach/../../elsewhere",
        "/coachelsewhere.example",
        "/coach\\elsewhere",
        "/coach\r\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/coach\n",
        "",
    ],
)
async def test_signing_in_leads_nowhere_else(site: Site, device: Device, there: str) -> None:
    await (await device.sign_in()).set_password()
    async with site.device() as other:
        page = await other.post("/coach/sign-in", form("maren", PASSWORD, next=there))
    assert (page.status, page.location) == (303, "/coach")


# --- How long it holds -----------------------------------------------------------------------


async def test_a_sign_in_holds_twelve_hours_from_its_last_use(site: Site, device: Device) -> None:
    await device.sign_in()
    for _ in range(3):
        site.now += 11 * HOUR
        assert (await device.get("/coach")).status == 200
    site.now += 12 * HOUR
    assert (await device.get("/coach")).status == 303


async def test_a_sign_in_ends_after_seven_days_however_much_it_is_used(
    site: Site, device: Device
) -> None:
    await device.sign_in()
    for _ in range(15):
        site.now += 11 * HOUR
        assert (await device.get("/coach")).status == 200
    site.now += 4 * HOUR
    assert (await device.get("/coach")).status == 303


async def test_the_cookie_is_for_these_pages_and_not_for_scripts(
    site: Site, device: Device
) -> None:
    cookie = (await device.post(await site.link(), {})).headers["Set-Cookie"]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/coach", "Max-Age=43200"):
        assert part in cookie
    assert "Secure" not in cookie, "it came over plain http"
    page = await device.post(await site.link(), {}, X_Forwarded_Proto="https")
    assert "Secure" not in page.headers["Set-Cookie"], "anybody can send that header"


async def test_behind_a_proxy_with_https_the_cookie_is_secure(sqlite_url: str) -> None:
    async with (
        open_site(sqlite_url, behind_proxy=True) as site,
        site.device() as device,
    ):
        page = await device.post(await site.link(), {}, X_Forwarded_Proto="https")
    assert "Secure" in page.headers["Set-Cookie"]


async def test_the_store_holds_no_token_and_no_password(site: Site, device: Device) -> None:
    link = await site.link()
    page = await device.post(link, {})
    await device.set_password()
    token = page.headers["Set-Cookie"].split("=")[1].split(";")[0]
    await site.database.close()
    folder = Path(str(site.database.url.database)).parent
    kept = b"".join(file.read_bytes() for file in folder.glob("*.sqlite*"))
    assert digest(token).encode() in kept
    for secret in (token, link.rpartition("/")[2], PASSWORD):
        assert secret.encode() not in kept


# --- Signing out, and forms from elsewhere ---------------------------------------------------


async def test_signing_out_ends_the_sign_in_itself(site: Site, device: Device) -> None:
    page = await device.post(await site.link(), {})
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = (await device.get("/coach")).form_token
    page = await device.post("/coach/sign-out", {"form_token": token})
    assert (page.status, page.location) == (303, "/coach/sign-in?out=1")
    assert "You are signed out" in (await device.get(page.location)).words
    async with site.device() as thief:
        assert (await thief.get("/coach", Cookie=cookie)).status == 303


async def test_a_form_without_this_sign_ins_token_does_nothing(site: Site, device: Device) -> None:
    await device.sign_in()
    async with site.device() as other:
        foreign = (await (await other.sign_in("dayo")).get("/coach")).form_token
    for token in ("", "x", foreign, "\u00e9"):
        for path in ("/coach/sign-out", "/coach/password"):
            page = await device.post(path, {"form_token": token, "new": PASSWORD})
            assert page.status == 403
            assert "did not come from this page" in page.words
    assert (await device.get("/coach")).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_from_another_site_does_nothing(
    site: Site, device: Device, headers: dict[str, str]
) -> None:
    await (await device.sign_in()).set_password()
    token, link = (await device.get("/coach")).form_token, await site.link()
    async with site.device() as other:
        assert (await other.post(link, {}, **headers)).status == 403
        page = await other.post("/coach/sign-in", form("maren", PASSWORD), **headers)
        assert page.status == 403
        assert (await other.get(link)).status == 200, "the link was not used up"
    assert (await device.post("/coach/sign-out", {"form_token": token}, **headers)).status == 403
    assert (await device.get("/coach")).status == 200


async def test_bodies_that_are_no_forms_are_refused_in_plain_words(device: Device) -> None:
    for headers in (
        {"Content_Type": "application/json"},
        {"Content_Type": "multipart/form-data; boundary=x"},
        {"Content_Type": "application/x-www-form-urlencoded; charset=no-such-charset"},
    ):
        page = await device.post("/coach/sign-in", form("maren", PASSWORD), **headers)
        assert page.status in (400, 415)
        assert "did not arrive whole" in page.words
    page = await device.post("/coach/sign-in", form("maren\0\ud7ff", "x" * 200_000))
    assert page.status == 422
