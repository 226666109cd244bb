"""Setting up: what is pinned, when it installs, and what it says where it cannot."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"

UNTAUGHT = "is listed in the domain file, but is not found in the NLU training data."

# Does what uv would have left behind, and writes down what it was asked.
UV = """#!/bin/sh
echo "$@" >> "{log}"
[ -e "{broken}" ] && exit 1
case "$1 $2" in
  venv*) mkdir -p .venv/bin && ln -sf "{python}" .venv/bin/python ;;
  "pip install") echo "#!/bin/sh" > .venv/bin/rightfit ;;
  "python "*) exit 1 ;;
esac
"""


class Checkout:
    """A checkout with an installer that only takes notes."""

    def __init__(self, root: Path) -> None:
        self.root, self.home = root / "checkout", root / "home"
        self.programs = root / "programs"
        for folder in (self.home, self.programs):
            folder.mkdir()
        shutil.copytree(ROOT / "setup", self.root / "setup")
        shutil.copytree(REQUIREMENTS, self.root / "requirements")
        shutil.copy(ROOT / "pyproject.toml", self.root)
        self.log, self.broken = root / "asked", root / "broken"
        self.log.touch()
        tools = self.root / ".rightfit" / "tools"
        uv = tools / "bin" / "uv"
        uv.parent.mkdir(parents=True)
        _program(uv, UV.format(log=self.log, broken=self.broken, python=sys.executable))
        digest = _sha256(self.root / "requirements" / "uv.txt")
        (tools / "rightfit-installed").write_text(digest)

    def set_up(self, task: str, *, path: str | None = None) -> subprocess.CompletedProcess[str]:
        here = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = {"PATH": path or here, "HOME": str(self.home)}
        return subprocess.run(
            [sys.executable, "setup/environment.py", task],
            cwd=self.root, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def asked(self, what: str) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.startswith(what)]

    def no_python_here(self) -> str:
        """A PATH where Python is there by name but, as a pyenv shim may, only fails."""
        for name in ("python3.10", "python3", "python"):
            _program(self.programs / name, "#!/bin/sh\necho 'pyenv: no version 3.10' >&2\nexit 127")
        return str(self.programs)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


@pytest.fixture
def debian(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "setup"))
    return importlib.import_module("debian")


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "setup"))
    return importlib.import_module("checks")


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _sha256(path: Path) -> str:
    return subprocess.run(
        ["sha256sum", path], capture_output=True, text=True, check=True
    ).stdout.split()[0]


def _pins(name: str) -> set[str]:
    text = (REQUIREMENTS / f"{name}.txt").read_text()
    return set(re.findall(r"^[a-z0-9][\w.-]*==\S+", text, re.MULTILINE))


def test_requirement_files_name_no_address() -> None:
    for file in REQUIREMENTS.iterdir():
        assert not re.search(r"://|--(extra-)?index|find-links", file.read_text()), file.name


def test_the_product_and_its_tests_run_on_the_same_releases() -> None:
    assert _pins("run") <= _pins("test")


def test_every_release_is_pinned_with_its_hash() -> None:
    for name in ("run", "test", "uv"):
        entries = re.split(r"\n(?=\w)", (REQUIREMENTS / f"{name}.txt").read_text())[1:]
        assert entries
        assert all("--hash=sha256:" in entry for entry in entries), name


def test_nothing_large_comes_along_unused() -> None:
    names = {pin.split("==")[0] for pin in _pins("test")}
    assert not names & {"torch", "sentence-transformers", "jax", "jaxlib", "libclang"}


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    assert checkout.set_up("run").returncode == 0
    before = checkout.log.read_text()
    again = checkout.set_up("run")
    assert (again.returncode, again.stdout, checkout.log.read_text()) == (0, "", before)


def test_running_after_testing_installs_nothing(checkout: Checkout) -> None:
    for task in ("test", "run", "test", "run"):
        assert checkout.set_up(task).returncode == 0
    (sync,) = checkout.asked("pip sync")
    assert sync.endswith("requirements/test.txt")


def test_testing_after_running_adds_what_tests_need(checkout: Checkout) -> None:
    for task in ("run", "test", "run"):
        assert checkout.set_up(task).returncode == 0
    first, second = checkout.asked("pip sync")
    assert first.endswith("requirements/run.txt")
    assert second.endswith("requirements/test.txt")


def test_new_pins_are_installed_and_the_command_put_back(checkout: Checkout) -> None:
    checkout.set_up("run")
    with (checkout.root / "requirements" / "run.txt").open("a") as file:
        file.write("# newer\n")
    checkout.set_up("run")
    assert len(checkout.asked("pip sync")) == len(checkout.asked("pip install")) == 2


def test_a_new_project_file_puts_back_the_command_alone(checkout: Checkout) -> None:
    checkout.set_up("run")
    with (checkout.root / "pyproject.toml").open("a") as file:
        file.write("# newer\n")
    checkout.set_up("run")
    assert len(checkout.asked("pip sync")) == 1
    assert len(checkout.asked("pip install")) == 2


def test_a_broken_install_is_told_and_done_again(checkout: Checkout) -> None:
    checkout.set_up("run")
    checkout.broken.touch()
    (checkout.root / "requirements" / "run.txt").write_text("# other\n")
    told = checkout.set_up("run")
    assert told.returncode == 1
    assert told.stderr.startswith("uv pip sync: the packages could not be installed\n  Remedy: ")
    checkout.broken.unlink()
    assert checkout.set_up("run").returncode == 0
    assert len(checkout.asked("pip sync")) == 3


def test_a_checkout_that_moved_gets_a_new_environment(checkout: Checkout) -> None:
    checkout.set_up("run")
    checkout.root = checkout.root.rename(checkout.root.with_name("elsewhere"))
    assert checkout.set_up("run").returncode == 0
    assert len(checkout.asked("venv")) == len(checkout.asked("pip sync")) == 2


def test_without_python_3_10_it_says_so(checkout: Checkout) -> None:
    told = checkout.set_up("run", path=checkout.no_python_here())
    assert told.returncode == 1
    assert told.stderr.startswith(".python-version: Rightfit runs on Python 3.10, ")
    assert "\n  Remedy: " in told.stderr
    assert "pyenv: no version" not in told.stderr


def test_a_python_that_pyenv_keeps_is_found_behind_a_failing_shim(checkout: Checkout) -> None:
    kept = checkout.home / ".pyenv" / "versions" / "3.10.99" / "bin" / "python3.10"
    kept.parent.mkdir(parents=True)
    kept.symlink_to(sys.executable)
    # The programs that the note-taking installer itself calls.
    for name in ("mkdir", "ln"):
        (checkout.programs / name).symlink_to(str(shutil.which(name)))
    assert checkout.set_up("run", path=checkout.no_python_here()).returncode == 0
    assert len(checkout.asked("venv")) == 1


def test_a_folder_that_cannot_be_written_is_named(checkout: Checkout) -> None:
    shutil.rmtree(checkout.root / ".rightfit")
    (checkout.root / ".rightfit").touch()
    told = checkout.set_up("run")
    assert told.returncode == 1
    assert told.stderr.startswith(f"{checkout.root}/.rightfit: File exists\n  Remedy: ")


def test_without_any_python_it_says_so(checkout: Checkout) -> None:
    told = subprocess.run(
        ["/bin/sh", "setup/with_python.sh", "setup/environment.py", "run"],
        cwd=checkout.root, env={"PATH": checkout.no_python_here(), "HOME": str(checkout.home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 1
    assert told.stderr.startswith("PATH: no Python 3.9 or newer starts here")


def test_a_failing_shim_is_passed_over(checkout: Checkout) -> None:
    path = f"{checkout.no_python_here()}:{Path(sys.executable).parent}"
    told = subprocess.run(
        ["/bin/sh", "setup/with_python.sh", "-c", "print('started', *__import__('sys').argv[1:])",
         "two words"],
        cwd=checkout.root, env={"PATH": path, "HOME": str(checkout.home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout == "started two words\n"


def test_debian_packages_are_asked_for_by_what_is_missing(
    debian: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(debian, "SERVERS", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert debian.missing() == ["chromium", "fonts-liberation", "postgresql"]
    _program(tmp_path / "chromium", "#!/bin/sh")
    (tmp_path / "15" / "bin").mkdir(parents=True)
    _program(tmp_path / "15" / "bin" / "initdb", "#!/bin/sh")
    assert debian.missing() == []


@pytest.mark.parametrize(
    ("programs", "says"), [([], "no apt-get here"), (["apt-get"], "needs root")]
)
def test_what_may_not_be_installed_is_told(
    debian: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    programs: list[str],
    says: str,
) -> None:
    for name in programs:
        _program(tmp_path / name, "#!/bin/sh\nexit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian.os, "geteuid", lambda: 1000)
    with pytest.raises(debian.Trouble, match=f"{says}(.|\n)*Remedy: .*chromium"):
        debian.install(["chromium"], "the tests need it")


def test_an_apt_get_that_fails_is_quoted(
    debian: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _program(tmp_path / "apt-get", "#!/bin/sh\necho 'E: No space left'\nexit 100")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(debian, "_prefix", list)
    with pytest.raises(debian.Trouble, match="could not install chromium"):
        debian.install(["chromium"], "the tests need it")
    assert "E: No space left" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "line", "passed"),
    [
        (0, "UserWarning: The utterance 'utter_stop' is not used in any story or rule.", True),
        (0, f"UserWarning: The intent 'choose' {UNTAUGHT}", True),
        (0, f"UserWarning: The intent 'stop' {UNTAUGHT}", False),
        (0, "UserWarning: The intent 'stop' is not used in any story or rule.", False),
        (0, "UserWarning: The example 'no' was found labeled with multiple intents", False),
        (0, "INFO     rasa.validator  - No story structure conflicts found.", True),
        (1, "", False),
    ],
)  # fmt: skip
def test_rasa_fails_on_the_warnings_that_matter(
    checks: ModuleType, code: int, line: str, passed: bool
) -> None:
    assert checks.judge("rasa data validate", code, line).passed is passed
