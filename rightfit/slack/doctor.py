"""Asks Slack whether the set-up can work, and says what to fix where it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from rightfit.engine.doctor import Finding
from rightfit.practice import Practice
from rightfit.slack.doorway import quiet_logger
from rightfit.slack.settings import WHICH, Credentials, SlackSettings, Which

#: What each app asks for when it is installed; the manifests in deploy/slack hold the same.
SCOPES: Mapping[Which, tuple[str, ...]] = {
    "clients": ("app_mentions:read", "chat:write", "im:history", "im:write", "reactions:read"),
    "coaches": (
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "users:read",
    ),
}

_CALL = 10
_AGAIN = "install the app once more under Install App, and put the new token in its place"
_REMEDIES: Mapping[str, str] = {
    "invalid_auth": "the token is not one of Slack's; copy the Bot User OAuth Token again",
    "not_authed": "the token is empty; copy the Bot User OAuth Token again",
    "account_inactive": f"the app was removed from the workspace; {_AGAIN}",
    "token_revoked": f"the token was revoked; {_AGAIN}",
    "token_expired": "token rotation is on; turn it off under OAuth & Permissions",
}


async def examine(settings: SlackSettings, practice: Practice | None) -> AsyncIterator[Finding]:
    """Every part in turn; nothing is posted, and no secret is told."""
    if not settings.any:
        yield Finding(
            "Slack",
            False,
            "no token is in the environment; docs/how-to/connect-slack.md tells which",
        )
        return
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_CALL)) as session:
        for which in WHICH:
            credentials = settings.of(which)
            if credentials is None:
                yield Finding(f"app for {which}", True, "not set up")
                continue
            client = AsyncWebClient(
                token=credentials.bot_token,
                base_url=settings.api,
                session=session,
                logger=quiet_logger(),
                retry_handlers=[],
            )
            told, finding = await _introduced(which, client)
            yield finding
            if told is None:
                continue
            yield _workspace(which, settings, told)
            yield _scopes(which, told)
            yield await _way_in(which, settings, credentials, client)
            if which == "coaches":
                async for each in _coaches(settings, practice, client):
                    yield each


async def _introduced(which: Which, client: AsyncWebClient) -> tuple[Any | None, Finding]:
    part = f"app for {which}: token"
    try:
        told = await client.auth_test()
    except SlackApiError as error:
        code = str(error.response.get("error"))
        return None, Finding(part, False, _REMEDIES.get(code, f"Slack refuses it: {code}"))
    except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
        kind = type(error).__name__
        return None, Finding(
            part, False, f"Slack cannot be reached ({kind}); look at network and proxy"
        )
    return told, Finding(part, True, f"good, for the workspace {told['team']} ({told['team_id']})")


def _workspace(which: Which, settings: SlackSettings, told: Any) -> Finding:
    part, own = f"app for {which}: workspace", str(told["team_id"])
    if not settings.workspaces:
        return Finding(part, True, f"only {own} is let in; RIGHTFIT_SLACK_WORKSPACES lists others")
    listed = ", ".join(sorted(settings.workspaces))
    if own not in settings.workspaces:
        return Finding(
            part, False, f"{own} is not on the list ({listed}); add it to RIGHTFIT_SLACK_WORKSPACES"
        )
    return Finding(part, True, f"let in: {listed}")


def _scopes(which: Which, told: Any) -> Finding:
    part = f"app for {which}: scopes"
    header = next(
        (value for name, value in told.headers.items() if name.lower() == "x-oauth-scopes"), None
    )
    if header is None:
        return Finding(part, True, "Slack did not tell them")
    has = {scope.strip() for scope in str(header).split(",")}
    missing = [scope for scope in SCOPES[which] if scope not in has]
    if missing:
        return Finding(
            part,
            False,
            f"missing: {', '.join(missing)}; add them under OAuth & Permissions, then {_AGAIN}",
        )
    return Finding(part, True, "all there")


async def _way_in(
    which: Which, settings: SlackSettings, credentials: Credentials, client: AsyncWebClient
) -> Finding:
    part = f"app for {which}: way in"
    if not credentials.by_socket:
        address = settings.address or "https://<your address>"
        return Finding(
            part,
            True,
            f"Slack calls {address}/slack/{which}; that is the Request URL under Event"
            " Subscriptions and under Interactivity",
        )
    try:
        await client.apps_connections_open(app_token=str(credentials.app_token))
    except SlackApiError as error:
        code = str(error.response.get("error"))
        return Finding(
            part,
            False,
            f"the App-Level Token does not open Socket Mode ({code}); make one with the scope"
            " connections:write, and switch Socket Mode on",
        )
    return Finding(part, True, "Socket Mode: this server calls Slack, and needs no address")


async def _coaches(
    settings: SlackSettings, practice: Practice | None, client: AsyncWebClient
) -> AsyncIterator[Finding]:
    if settings.channel:
        yield await _channel(settings.channel, client)
    known = [each for each in practice.coaches if each.slack] if practice else []
    if practice is not None and not known:
        yield Finding(
            "coaches",
            False,
            "no coach has a Slack account in coaches.yml, so nobody can open anything; add"
            " 'slack: U...' to each",
        )
    for coach in known:
        part = f"coach {coach.name}"
        try:
            told = await client.users_info(user=str(coach.slack))
        except SlackApiError as error:
            code = str(error.response.get("error"))
            yield Finding(
                part,
                False,
                f"{coach.slack} is no account here ({code}); copy the member ID from the profile",
            )
            continue
        gone = bool((told.get("user") or {}).get("deleted"))
        says = "the account was closed; take it out of coaches.yml" if gone else "known"
        yield Finding(part, not gone, f"{coach.slack}: {says}")


async def _channel(channel: str, client: AsyncWebClient) -> Finding:
    part = "channel for cards"
    try:
        told = await client.conversations_info(channel=channel)
    except SlackApiError as error:
        code = str(error.response.get("error"))
        return Finding(
            part,
            False,
            f"{channel} cannot be seen ({code}); check the id, and in a private channel type"
            " /invite with the name of the app",
        )
    found = told.get("channel") or {}
    if not found.get("is_member"):
        return Finding(
            part,
            False,
            f"the app is not in #{found.get('name')}; type there: /invite and the app's name",
        )
    return Finding(part, True, f"#{found.get('name')}")
