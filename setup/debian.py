"""What the tests need from Debian: a browser and a database server.

Installs what is missing through apt-get, as root or with a sudo that asks nothing.
Elsewhere it says what to install. Runs on any Python from 3.9.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from trouble import Trouble, end_with, say

BROWSERS = ("chromium", "chromium-browser")
SERVERS = "/usr/lib/postgresql"


def missing() -> list[str]:
    """Return the Debian packages whose programs are not on this machine."""
    packages = []
    if not any(map(shutil.which, BROWSERS)):
        # A bare chromium has no letters to draw a page with.
        packages += ["chromium", "fonts-liberation"]
    if not (shutil.which("initdb") or any(Path(SERVERS).glob("*/bin/initdb"))):
        packages.append("postgresql")
    return packages


def can_install() -> bool:
    """Return whether apt-get is here and may be used without a question."""
    return bool(shutil.which("apt-get")) and _prefix() is not None


def install(packages: list[str], why: str) -> None:
    """Install `packages` and show each as it is set up.

    Raises Trouble where apt-get is missing, may not be used, or fails.
    """
    names = " ".join(packages)
    prefix = _prefix()
    if not shutil.which("apt-get"):
        raise Trouble(why, "there is no apt-get here to install it with",
                      f"install what Debian calls {names}, then run make again.")  # fmt: skip
    if prefix is None:
        raise Trouble(why, "installing it needs root, and sudo is missing or asks for a password",
                      f"run: sudo apt-get install {names}")  # fmt: skip
    say(f"Installing {names} from Debian ({why})")
    # Through env, since sudo drops the caller's variables.
    apt_get = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get"]
    # One source that is out of reach need not keep the others from serving.
    subprocess.run([*apt_get, "update", "-qq"], check=False,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # fmt: skip
    command = [*apt_get, "install", "-y", "-q", "--no-install-recommends", *packages]
    told: list[str] = []
    with subprocess.Popen(command, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as apt:  # fmt: skip
        assert apt.stdout
        for line in apt.stdout:
            told.append(line.rstrip())
            if line.startswith(("Fetched ", "Setting up ")):
                say(f"  {line.rstrip()}")
    if apt.returncode:
        print("\n".join(told[-15:]), file=sys.stderr)
        raise Trouble("apt-get", f"could not install {names}", "see its own words above.")


def _prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def main() -> int:
    """Install what is missing and return the exit code."""
    packages = missing()
    if not packages:
        return 0
    return end_with(lambda: install(packages, "the tests need it"))


if __name__ == "__main__":
    sys.exit(main())
