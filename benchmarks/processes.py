"""Processes that a benchmark starts, watches and stops, each by its own id."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

_PATIENCE_SECONDS = 600.0


class WontStart(RuntimeError):
    """A server did not answer in time, or ended; carries the end of its output."""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(command: Sequence[str], folder: Path, output: Path) -> None:
    """Run a program to its end. Raises WontStart where it fails."""
    with output.open("wb") as file:
        ended = subprocess.run(
            command, cwd=folder, stdout=file, stderr=subprocess.STDOUT, check=False
        )
        if ended.returncode:
            raise WontStart(f"{command[-1]} failed:\n{output.read_text()[-2000:]}")


class Server:
    """One or more processes that make up a server, with their output in a file."""

    def __init__(self, output: Path) -> None:
        self._output = output
        self._processes: list[subprocess.Popen[bytes]] = []
        self.started = time.perf_counter()

    def start(self, command: Sequence[str], folder: Path, bytecode: Path) -> None:
        """Start a process; compiled Python goes to ``bytecode``, as after a first start."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
        environment["PYTHONWARNINGS"] = "ignore"
        with self._output.open("ab") as output:
            self._processes.append(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    env=environment,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    async def answers(self, session: aiohttp.ClientSession, url: str) -> None:
        """Wait until the address answers with 200.

        Raises:
            WontStart: it did not within ten minutes, or a process ended.
        """
        deadline = time.perf_counter() + _PATIENCE_SECONDS
        while time.perf_counter() < deadline:
            if any(process.poll() is not None for process in self._processes):
                break
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.02)
        raise WontStart(f"{url} does not answer:\n{self._output.read_text()[-2000:]}")

    def resident_mb(self) -> float:
        """Resident memory of all its processes and their children, in MB."""
        return sum(_resident_kb(pid) for pid in self._family()) / 1024

    def _family(self) -> list[int]:
        family = [process.pid for process in self._processes]
        for pid in family:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                family.extend(int(child) for child in children.read_text().split())
        return family

    def stop(self) -> None:
        """End every process, and wait until it has ended."""
        for process in self._processes:
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _resident_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0
