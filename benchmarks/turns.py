"""Rightfit against stock Rasa, turn by turn, in one run on one machine.

Both are asked the same questions over HTTP, answer the same asides, and store the same
answers, which is checked. They take turns in rounds, so that a slow moment of the machine
meets both. The table goes to standard output, every figure to ``results/turns.json``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import rasa

from benchmarks import rightfit_side, stock_side
from benchmarks.interview import PROJECT, NoAnswer, Step, interview
from benchmarks.rightfit_side import RightfitSide
from benchmarks.stock_side import StockSide

Side = RightfitSide | StockSide
Figures = dict[str, float]

_INTERVIEWS = 5
_ASIDES_EACH = 3
_AT_ONCE = 50
_TURNS_AT_ONCE = 8
_LONG = 205
#: An interview is shorter; more means that a question is put again and again.
_MOST_ANSWERS = 60

#: What is told: its name, its unit, and whether more is better.
_TOLD = {
    "turn_p50_ms": ("turn, median", "ms", False),
    "turn_p95_ms": ("turn, 95th percentile", "ms", False),
    "turns_a_second": (f"turns a second, {_AT_ONCE} conversations at once", "", True),
    "turn_10_ms": ("turn 10 (median of turns 6 to 15)", "ms", False),
    "turn_200_ms": ("turn 200 (median of turns 196 to 205)", "ms", False),
    "memory_mb": ("resident memory", "MB", False),
    "first_reply_seconds": ("first reply after start", "s", False),
}


async def _timed(turn: Callable[[], Any]) -> float:
    before = time.perf_counter()
    await turn()
    return (time.perf_counter() - before) * 1000


async def _interviews(
    side: Side, session: aiohttp.ClientSession, steps: tuple[Step, ...]
) -> list[float]:
    """Whole interviews, one after the other; the milliseconds of every turn."""
    took = []
    for _ in range(_INTERVIEWS):
        client, answers = await side.open(session), 0
        while not client.done and answers < _MOST_ANSWERS:
            if client.staying:
                took += [await _timed(client.ask_aside) for _ in range(_ASIDES_EACH)]
            took.append(await _timed(client.answer))
            answers += 1
        stored = await client.stored()
        for step in steps:
            if stored.get(step.question) not in {step.said, step.choice or step.said}:
                raise RuntimeError(f"{side.name} did not store the answer to {step.question}")
    return took


async def _at_once(side: Side, session: aiohttp.ClientSession) -> tuple[float, int]:
    """Turns a second of many conversations at the same time; messages not answered."""
    clients = [await side.open(session) for _ in range(_AT_ONCE)]
    unanswered = 0

    async def talk(client: Any) -> None:
        nonlocal unanswered
        for _ in range(_TURNS_AT_ONCE):
            try:
                await client.answer()
            except NoAnswer:
                unanswered += 1

    before = time.perf_counter()
    await asyncio.gather(*map(talk, clients))
    took = time.perf_counter() - before
    return (_AT_ONCE * _TURNS_AT_ONCE - unanswered) / took, unanswered


async def _long(side: Side, session: aiohttp.ClientSession) -> list[float]:
    """The milliseconds of each turn of one long conversation."""
    client = await side.open(session)
    took = []
    while len(took) < _LONG:
        took.append(await _timed(client.ask_aside if client.staying else client.answer))
    return took


async def _round(start: Callable[[Path], Side], steps: tuple[Step, ...]) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        side = start(Path(folder))
        try:
            connections = aiohttp.TCPConnector(limit=_AT_ONCE)
            patience = aiohttp.ClientTimeout(total=300)
            async with aiohttp.ClientSession(connector=connections, timeout=patience) as session:
                await side.ready(session)
                await side.open(session)
                first = time.perf_counter() - side.server.started
                turns = await _interviews(side, session, steps)
                rate, unanswered = await _at_once(side, session)
                long = await _long(side, session)
                memory = side.server.resident_mb()
        finally:
            side.server.stop()
    return {
        "turn_p50_ms": statistics.median(turns),
        "turn_p95_ms": statistics.quantiles(turns, n=20)[-1],
        "turns_a_second": rate,
        "unanswered": unanswered,
        "turn_10_ms": statistics.median(long[5:15]),
        "turn_200_ms": statistics.median(long[195:205]),
        "memory_mb": memory,
        "first_reply_seconds": first,
    }


async def _warm_up(start: Callable[[Path], Side]) -> None:
    """Start once untimed, so that Python's bytecode is there as after a first start."""
    with tempfile.TemporaryDirectory() as folder:
        side = start(Path(folder))
        try:
            async with aiohttp.ClientSession() as session:
                await side.ready(session)
        finally:
            side.server.stop()


async def measure(rounds: int) -> dict[str, Any]:
    """All rounds: ``{"rounds": [{"stock": figures, "rightfit": figures}, ...], ...}``."""
    steps = interview()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        project, bytecode = folder / "project", folder / "bytecode"
        print("Training stock Rasa: the pipeline and policies of rasa init, all epochs ...")
        stock_side.make_project(project, steps)
        stock_side.train(project)
        rightfit_side.train(folder)

        def stock(data: Path) -> Side:
            return StockSide(data, bytecode, steps, project)

        def ours(data: Path) -> Side:
            return RightfitSide(data, bytecode, steps)

        for start in (stock, ours):
            await _warm_up(start)
        played = []
        for number in range(rounds):
            print(f"Round {number + 1} of {rounds} ...")
            sides = [("stock", stock), ("rightfit", ours)]
            if number % 2:
                sides.reverse()
            played.append({name: await _round(start, steps) for name, start in sides})
    return {
        "rasa": rasa.__version__,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "interviews_a_round": _INTERVIEWS,
        "rounds": played,
    }


def table(measured: dict[str, Any]) -> str:
    """Medians over the rounds, with the ratio to Rightfit's favour and its range."""
    rows = ["| | stock Rasa | Rightfit | times better |", "|---|---|---|---|"]
    for key, (name, unit, more) in _TOLD.items():
        pairs = [(each["stock"][key], each["rightfit"][key]) for each in measured["rounds"]]
        ratios = sorted(ours / stock if more else stock / ours for stock, ours in pairs)
        stock, ours = (statistics.median(values) for values in zip(*pairs, strict=True))
        rows.append(
            f"| {name} | {stock:.1f} {unit} | {ours:.1f} {unit} |"
            f" {statistics.median(ratios):.1f} ({ratios[0]:.1f} to {ratios[-1]:.1f}) |"
        )
    lost = {
        side: sum(each[side]["unanswered"] for each in measured["rounds"])
        for side in ("stock", "rightfit")
    }
    sent = _AT_ONCE * _TURNS_AT_ONCE * len(measured["rounds"])
    rows.append(
        f"| messages not answered, of {sent} sent {_AT_ONCE} at once |"
        f" {lost['stock']} | {lost['rightfit']} | |"
    )
    return "\n".join(rows)


def main() -> None:
    """Measure, print the table, and keep every figure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=3)
    rounds = max(1, arguments.parse_args().rounds)
    measured = asyncio.run(measure(rounds))
    results = PROJECT / "results"
    results.mkdir(exist_ok=True)
    (results / "turns.json").write_text(json.dumps(measured, indent=2))
    print(table(measured))


if __name__ == "__main__":
    main()
