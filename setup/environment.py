"""Make `.venv` what a command needs: uv, Python 3.10, the pinned packages and `rightfit`.

Runs on any Python from 3.9 with its standard library alone. Does nothing when
everything stands as the requirement files say, so a second start costs nothing.

    environment.py run     what the product runs on
    environment.py test    that, and what tests and checks need
    environment.py lock    compile requirements/*.in again
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from debian import can_install, install
from trouble import Trouble, end_with, say

ROOT = Path(__file__).resolve().parent.parent
RELEASE = (3, 10)
LOCKED = ("run", "test", "uv")
PROBE = (
    "import sys; print(getattr(sys, '_base_executable', None) or sys.executable); "
    f"sys.exit(sys.version_info[:2] != {RELEASE} or sys.implementation.name != 'cpython')"
)


class Environment:
    """The checkout at `root`, with its tools in `.rightfit/tools` and its packages in `.venv`."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.requirements = root / "requirements"
        self.own = root / ".rightfit"
        self.tools = self.own / "tools"
        self.uv = self.tools / "bin" / "uv"
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.command = self.venv / "bin" / "rightfit"
        self.stamp = self.venv / "rightfit-installed.json"

    def prepare(self, wanted: str) -> None:
        """Bring `.venv` to the set `wanted`: `run`, or `test`, which holds all of `run`.

        An environment that once had `test` keeps it, so that `make test` and
        `make run` in turn do not install and remove the same packages.
        """
        installed = self._installed()
        names = "test" if "test" in (wanted, installed.get("set")) else "run"
        packages = _digest(self.requirements / f"{names}.txt")
        project = _digest(self.root / "pyproject.toml")
        goal = {"set": names, "packages": packages, "project": project, "root": str(self.root)}
        if installed == goal and self.command.exists() and _starts(self.python):
            return
        self.own.mkdir(exist_ok=True)
        with (self.own / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._install_uv()
            self._make_venv(moved=installed.get("root", str(self.root)) != str(self.root))
            if {**installed, "project": project} != goal or not self._complete():
                self._install_packages(names)
            self._install_command()
            self.stamp.write_text(json.dumps(goal))

    def lock(self, extra: list[str]) -> None:
        """Compile each requirements/*.in to its .txt, with hashes and without addresses."""
        self.own.mkdir(exist_ok=True)
        self._install_uv()
        for name in LOCKED:
            say(f"Compiling requirements/{name}.txt")
            self._run_uv(
                "pip", "compile", f"requirements/{name}.in", "--quiet",
                "--override", "requirements/overrides.txt",
                "--python-version", "3.10", "--universal", "--generate-hashes",
                "--no-emit-index-url", "--no-emit-find-links",
                "--custom-compile-command", "make lock",
                "-o", f"requirements/{name}.txt", *extra,
                fault="the requirements do not fit together",
                remedy=f"change requirements/{name}.in as told above.",
            )  # fmt: skip

    def _installed(self) -> dict[str, str]:
        try:
            read = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _complete(self) -> bool:
        return self.stamp.exists() and _starts(self.python)

    def _install_uv(self) -> None:
        pins = self.requirements / "uv.txt"
        stamp = self.tools / "rightfit-installed"
        if self.uv.exists() and stamp.exists() and stamp.read_text() == _digest(pins):
            return
        say("Installing uv, which installs the rest")
        shutil.rmtree(self.tools, ignore_errors=True)
        self._make_tools()
        _run(
            [self.tools / "bin" / "python", "-m", "pip", "install", "-qq",
             "--disable-pip-version-check", "--require-hashes", "--only-binary", ":all:",
             "-r", pins],
            self.root,
            place="requirements/uv.txt",
            fault="pip could not install uv",
            remedy="see that the package index can be reached, then run make again.",
        )  # fmt: skip
        stamp.write_text(_digest(pins))

    def _make_tools(self) -> None:
        make = [sys.executable, "-m", "venv", str(self.tools)]
        if _quiet(make):
            return
        # Debian packs the standard library's ensurepip apart from Python.
        if can_install():
            install(["python3-venv"], "the Python here cannot make environments")
            if _quiet(["/usr/bin/python3", "-m", "venv", "--clear", str(self.tools)]):
                return
        raise Trouble(
            sys.executable,
            "this Python cannot make a virtual environment with pip in it",
            "install its venv module (on Debian: apt-get install python3-venv) and run make again.",
        )

    def _make_venv(self, *, moved: bool) -> None:
        # The commands in a moved environment still name the folder it was made in.
        if _starts(self.python) and not moved:
            return
        python = self._find_python()
        say(f"Making .venv with {python}")
        self._run_uv(
            "venv", "--quiet", "--clear", "--python", python, str(self.venv),
            fault="no environment could be made",
            remedy="remove .venv and run make again.",
        )  # fmt: skip

    def _find_python(self) -> str:
        for candidate in self._candidates():
            found = _probe(candidate)
            if found:
                return found
        say("No Python 3.10 here: asking uv for one")
        subprocess.run(
            [self.uv, "python", "install", "--quiet", "3.10"],
            cwd=self.root,
            env={**os.environ, "UV_HTTP_RETRIES": "0"},
            stderr=subprocess.DEVNULL,
            check=False,
        )
        found = self._uv_python()
        if found:
            return found
        raise Trouble(
            ".python-version",
            "Rightfit runs on Python 3.10, which is neither on this machine nor to be fetched",
            "install it (pyenv install 3.10, or your system's python3.10 package) "
            "and run make again.",
        )

    def _candidates(self) -> Iterator[str]:
        for folder in os.get_exec_path():
            for name in ("python3.10", "python3", "python"):
                yield os.path.join(folder, name)
        versions = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
        for folder in sorted(versions.glob("3.10*"), reverse=True):
            yield str(folder / "bin" / "python3.10")
        yield self._uv_python()

    def _uv_python(self) -> str:
        """Return the Python 3.10 that uv fetched before, or an empty string."""
        found = subprocess.run(
            [self.uv, "python", "find", "--quiet", "--managed-python", "3.10"],
            cwd=self.root,
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.strip() if found.returncode == 0 else ""

    def _install_packages(self, names: str) -> None:
        say(f"Installing what requirements/{names}.txt pins (2 GB when new; minutes at first)")
        self.stamp.unlink(missing_ok=True)
        self._run_uv(
            "pip", "sync", "--require-hashes", "--python", str(self.python),
            # The few that come as source are built with the pinned setuptools, not the newest.
            "--build-constraints", "requirements/run.txt", f"requirements/{names}.txt",
            fault="the packages could not be installed",
            remedy="see that the package index can be reached and the disk has room, "
            "then run make again.",
        )  # fmt: skip

    def _install_command(self) -> None:
        say("Installing the rightfit command")
        self._run_uv(
            "pip", "install", "--quiet", "--python", str(self.python),
            "--no-deps", "--no-index", "--no-build-isolation", "--reinstall", "--editable", ".",
            fault="the rightfit command could not be installed",
            remedy="see pyproject.toml, or remove .venv and run make again.",
        )  # fmt: skip

    def _run_uv(self, *arguments: str, fault: str, remedy: str) -> None:
        # An active environment of the caller's is none of uv's business here.
        active = ("VIRTUAL_ENV", "CONDA_PREFIX")
        _run(
            [self.uv, *arguments],
            self.root,
            env={k: v for k, v in os.environ.items() if k not in active},
            place=f"uv {' '.join(arguments[:2])}",
            fault=fault,
            remedy=remedy,
        )


def _run(
    command: list[str | Path],
    root: Path,
    *,
    place: str,
    fault: str,
    remedy: str,
    env: dict[str, str] | None = None,
) -> None:
    if subprocess.run(command, cwd=root, env=env, check=False).returncode:
        raise Trouble(place, fault, remedy)


def _quiet(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _probe(python: str) -> str:
    """Return the real path behind `python` if it is a Python 3.10 that starts, or nothing."""
    if not os.access(python, os.X_OK):
        return ""
    try:
        told = subprocess.run(
            [python, "-c", PROBE], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return told.stdout.strip() if told.returncode == 0 else ""


def _starts(python: Path) -> bool:
    return bool(_probe(str(python)))


def main(arguments: list[str]) -> int:
    """Do what the first argument says and return the exit code."""
    task, extra = arguments[0], arguments[1:]
    environment = Environment()
    if task == "lock":
        return end_with(lambda: environment.lock(extra))
    return end_with(lambda: environment.prepare(task))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
