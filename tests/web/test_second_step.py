"""The second step of signing in: asked for, once, in time; and what a practice can ask of all."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from rightfit.privacy.receipts import digest
from rightfit.store import audit, settings
from tests.web.coach_site import PASSWORD, WHOLE, Device, Page, Site, open_site

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def device(site: Site) -> AsyncIterator[Device]:
    async with site.device() as made:
        yield made


def code_of(site: Site, secret: str) -> str:
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303
    return totp.generate(site.now.timestamp()).decode()


async def set_up(site: Site, device: Device) -> tuple[str, list[str]]:
    """Sign in with a password, set up the second step; the secret and the recovery codes."""
    await (await device.sign_in()).set_password()
    page = await device.get("/coach/account/second-step")
    secret = found(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert " ".join(re.findall("....", secret)) in page.words, "for who cannot see the picture"
    assert "<svg" in page.text
    form = {"form_token": page.form_token, "secret": secret, "code": code_of(site, secret)}
    page = await device.post("/coach/account/second-step", form)
    assert "The second step is set up" in page.words
    codes = re.findall(r"<li><code>([0-9A-Z-]{19})</code>", page.text)
    assert len(codes) == 8
    site.now += MINUTE
    return secret, codes


def found(pattern: str, page: Page) -> str:
    match = re.search(pattern, page.text)
    assert match, page.words
    return match[1]


async def by_password(device: Device) -> Page:
    page = await device.post("/coach/sign-in", {"coach": "maren", "password": PASSWORD})
    assert (page.status, page.location) == (303, "/coach/second-step?next=%2Fcoach")
    return page


async def give(device: Device, code: str) -> Page:
    return await device.post("/coach/second-step", {"code": code, "next": "/coach"})


async def test_a_password_alone_is_not_enough_any_more(site: Site, device: Device) -> None:
    secret, _ = await set_up(site, device)
    async with site.device() as other:
        await by_password(other)
        assert (await other.get("/coach")).status == 303
        page = await other.get("/coach/second-step?next=%2Fcoach")
        assert "six digits" in page.words
        assert "rightfit-coach=" not in str(page.headers.get("Set-Cookie"))
        page = await give(other, "000000")
        assert page.status == 422 and "not right" in page.words
        page = await give(other, code_of(site, secret))
        assert (page.status, page.location) == (303, "/coach")
        assert (await other.get("/coach")).status == 200


async def test_a_link_alone_is_not_enough_either(site: Site, device: Device) -> None:
    secret, _ = await set_up(site, device)
    async with site.device() as other:
        page = await other.post(await site.link(), {})
        assert page.location.startswith("/coach/second-step")
        assert (await give(other, code_of(site, secret))).status == 303


async def test_a_code_signs_in_once(site: Site, device: Device) -> None:
    secret, _ = await set_up(site, device)
    async with site.device() as one, site.device() as two:
        await by_password(one)
        await by_password(two)
        code = code_of(site, secret)
        assert (await give(one, code)).status == 303
        assert (await give(two, code)).status == 422
        site.now += MINUTE
        assert (await give(two, code_of(site, secret))).status == 303


async def test_a_recovery_code_stands_in_for_the_phone_once(site: Site, device: Device) -> None:
    _, codes = await set_up(site, device)
    async with site.device() as one, site.device() as two:
        await by_password(one)
        assert (await give(one, f" {codes[0].lower()} ")).status == 303
        assert "7 recovery codes left" in (await one.get("/coach/account")).words
        await by_password(two)
        assert (await give(two, codes[0])).status == 422
        assert (await give(two, codes[1])).status == 303


async def test_codes_cannot_be_tried_out(site: Site, device: Device) -> None:
    secret, _ = await set_up(site, device)
    async with site.device() as other:
        await by_password(other)
        pages = [await give(other, f"{n:06}") for n in range(7)]
        assert [page.status for page in pages] == [422] * 6 + [429]
        assert "Wait 2 minutes" in pages[-1].words
        assert (await give(other, code_of(site, secret))).status == 429
        site.now += 3 * MINUTE
        assert (await give(other, code_of(site, secret))).status == 303


async def test_the_second_step_has_its_time_and_is_nobody_elses(site: Site, device: Device) -> None:
    secret, _ = await set_up(site, device)
    async with site.device() as other, site.device() as stranger:
        assert (await give(stranger, code_of(site, secret))).location == "/coach/sign-in"
        assert (await stranger.get("/coach/second-step")).location == "/coach/sign-in"
        await by_password(other)
        site.now += 10 * MINUTE
        assert (await give(other, code_of(site, secret))).location == "/coach/sign-in"


async def test_it_is_set_up_only_with_a_code_of_the_app_and_soon_after_signing_in(
    site: Site, device: Device
) -> None:
    await device.sign_in()
    page = await device.get("/coach/account/second-step")
    secret = found(r'name="secret" value="([^"]+)"', page)
    form = {"form_token": page.form_token, "secret": secret, "code": "123456"}
    page = await device.post("/coach/account/second-step", form)
    assert page.status == 422 and secret in page.text, "the app need not read another one"
    for bad in ("", "AAAA", secret.lower()):
        page = await device.post("/coach/account/second-step", {**form, "secret": bad})
        assert "is set up" not in page.words
    site.now += timedelta(minutes=20)
    page = await device.get("/coach/account/second-step")
    assert "Sign in once more" in page.words
    page = await device.post("/coach/account/second-step", {**form, "code": code_of(site, secret)})
    assert "is set up" not in page.words
    page = await device.post(
        "/coach/sign-out", {"form_token": page.form_token, "next": "/coach/account/second-step"}
    )
    assert page.location == "/coach/sign-in?out=1&next=%2Fcoach%2Faccount%2Fsecond-step"


async def test_codes_are_renewed_and_the_step_is_turned_off_with_a_code(
    site: Site, device: Device
) -> None:
    secret, codes = await set_up(site, device)
    token = (await device.get("/coach/account")).form_token
    for path in ("recovery-codes", "second-step/off"):
        page = await device.post(f"/coach/account/{path}", {"form_token": token, "code": "1"})
        assert page.status == 422 and "not right" in page.words
    form = {"form_token": token, "code": code_of(site, secret)}
    page = await device.post("/coach/account/recovery-codes", form)
    assert codes[0] not in page.text and "only now" in page.words
    page = await device.post("/coach/account/second-step/off", form)
    assert page.status == 422, "the code was used"
    site.now += MINUTE
    form = {"form_token": token, "code": code_of(site, secret)}
    page = await device.post("/coach/account/second-step/off", form)
    assert page.location == "/coach/account?done=off"
    async with site.device() as other:
        page = await other.post("/coach/sign-in", {"coach": "maren", "password": PASSWORD})
        assert page.location == "/coach"


async def test_where_it_is_asked_of_all_nothing_else_opens_until_it_is_set_up(
    site: Site, device: Device
) -> None:
    await device.sign_in()
    async with site.database.writing() as transaction:
        await settings.decide(transaction, {"second_step_required": "yes"})
    for path in ("/coach", "/coach/account", "/coach/practice", "/coach/rehearsal"):
        assert (await device.get(path)).location == "/coach/account/second-step", path
    page = await device.get("/coach/account/second-step")
    assert "asks every coach for a second step" in page.words
    assert "Not now" not in page.words
    secret = found(r'name="secret" value="([^"]+)"', page)
    form = {"form_token": page.form_token, "secret": secret, "code": code_of(site, secret)}
    assert "is set up" in (await device.post("/coach/account/second-step", form)).words
    assert (await device.get("/coach")).status == 200


async def test_sign_ins_are_listed_by_device_and_ended(site: Site, device: Device) -> None:
    await device.sign_in()
    firefox = "Mozilla/5.0 (Windows NT 10.0; rv:132.0) Gecko/20100101 Firefox/132.0"
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
    async with site.device() as one, site.device() as two:
        await one.post(await site.link(), {}, User_Agent=firefox)
        await two.post(await site.link(), {}, User_Agent=phone)
        page = await device.get("/coach/account")
        assert "Firefox on Windows" in page.words and "Safari on iPhone" in page.words
        which = found(r'name="which" value="([0-9a-f]{64})"', page)
        form = {"form_token": page.form_token, "which": which}
        assert (await device.post("/coach/account/sign-ins", form)).status == 303
        assert {(await one.get("/coach")).status, (await two.get("/coach")).status} == {200, 303}
        await device.post("/coach/account/sign-ins", {**form, "which": "others"})
        assert (await one.get("/coach")).status == (await two.get("/coach")).status == 303
        assert (await device.get("/coach")).status == 200


async def test_nobody_ends_somebody_elses_sign_in(site: Site, device: Device) -> None:
    await device.sign_in()
    async with site.device() as other:
        page = await other.post(await site.link("dayo"), {})
        cookie = page.headers["Set-Cookie"].partition("rightfit-coach=")[2].partition(";")[0]
        token = (await device.get("/coach/account")).form_token
        form = {"form_token": token, "which": digest(cookie)}
        await device.post("/coach/account/sign-ins", form)
        assert (await other.get("/coach")).status == 200


async def test_what_is_done_is_recorded(site: Site, device: Device) -> None:
    intake = await site.intake(*WHOLE)
    await set_up(site, device)
    await device.get(f"/coach/intakes/{intake}")
    await device.get(f"/coach/intakes/{intake}/summary.json")
    await device.get("/coach/intakes/no-such-intake")
    async with site.database.reading() as transaction:
        entries = await audit.entries(transaction)
        names = await audit.names_of(transaction, (intake,))
        assert await audit.verify(transaction) == ()
    assert entries[0].details == {"part": "summary.json"}
    assert [one.what for one in entries] == [
        "intake_read",
        "intake_read",
        "second_step_set",
        "password_set",
        "signed_in",
    ]
    assert {one.by for one in entries} == {"coach:maren"}
    assert names[str(entries[0].about)] == intake
    assert "Ruta" not in repr(entries) and PASSWORD not in repr(entries)
