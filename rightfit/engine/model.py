"""What is trained, when it is out of date, and whether it is whole.

The folder holds Rasa's dialogue model, the reader of messages, and a manifest with the
SHA-256 of each and of all that they were trained from.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from ruamel.yaml import YAML

from rightfit import language
from rightfit.engine import RASA_VERSION

MANIFEST, DIALOGUE, READER = "manifest.json", "dialogue.tar.gz", "reader"
_READ_FROM = ("data/nlu", "practice/needs")
_TRAINED_FROM = ("config.yml", "data", "practice/needs")


class ModelNotReady(RuntimeError):
    """The model is missing, damaged, or of another installation: place, fault, remedy."""


class Manifest(msgspec.Struct, frozen=True):
    """``made_from`` is the hash of the content; ``files`` maps each file to its SHA-256.

    ``read_from`` is the hash of what the reader alone was trained from.
    """

    made_from: str
    read_from: str
    rasa: str
    files: dict[str, str]


def folder_of(project: Path) -> Path:
    """The trained model belongs to the project, not to one database."""
    return project / ".rightfit" / "model"


def nlu_files(project: Path) -> list[Path]:
    """The examples of what clients type, in a fixed order."""
    return sorted((project / "data" / "nlu").glob("*.yml"))


def needs_files(project: Path) -> list[Path]:
    """The examples of needs, distress and outside help, in a fixed order."""
    return sorted((project / "practice" / "needs").glob("*.yml"))


def fingerprint(project: Path) -> str:
    """The hash of all that training depends on; rewording a response changes nothing.

    The reader's own code counts, too: a model that another version wrote may not be readable.
    """
    digest = hashlib.sha256(RASA_VERSION.encode())
    _take_in(digest, project, _TRAINED_FROM)
    domain = YAML(typ="safe", pure=False).load(project / "domain.yml")
    domain["responses"] = sorted(domain.get("responses") or ())
    digest.update(msgspec.json.encode(domain, order="deterministic"))
    return digest.hexdigest()


def reader_fingerprint(project: Path) -> str:
    """The hash of all that reading depends on: a new question leaves it as it is."""
    digest = hashlib.sha256()
    _take_in(digest, project, _READ_FROM)
    return digest.hexdigest()


def _take_in(digest: hashlib._Hash, project: Path, parts: tuple[str, ...]) -> None:
    room = Path(language.__path__[0])
    for source in sorted([*room.glob("*.py"), *room.glob("*.json")]):
        digest.update(source.name.encode() + source.read_bytes())
    for part in parts:
        place = project / part
        for file in [place] if place.is_file() else sorted(place.rglob("*.yml")):
            digest.update(str(file.relative_to(project)).encode() + file.read_bytes())


def is_fresh(project: Path, folder: Path) -> bool:
    """Whether the model in the folder is whole and was made from the project as it stands."""
    try:
        manifest = check(folder)
    except ModelNotReady:
        return False
    return manifest.made_from == fingerprint(project)


def check(folder: Path) -> Manifest:
    """Read the manifest and hold every file to it.

    Raises:
        ModelNotReady: something is missing, truncated or not what was trained here.
    """
    remedy = "run: rightfit train"
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise ModelNotReady(f"{folder}: there is no trained model; {remedy}") from None
    except (OSError, msgspec.DecodeError):
        raise ModelNotReady(f"{folder / MANIFEST} cannot be read; {remedy}") from None
    if manifest.rasa != RASA_VERSION:
        raise ModelNotReady(f"{folder}: the model was made by Rasa {manifest.rasa}; {remedy}")
    for name, expected in manifest.files.items():
        try:
            found = _sha256(folder / name)
        except OSError:
            raise ModelNotReady(f"{folder / name} is missing; {remedy}") from None
        if found != expected:
            raise ModelNotReady(f"{folder / name} is not the file that was trained; {remedy}")
    return manifest


def train(project: Path, folder: Path, say: Callable[[str], None]) -> Manifest:
    """Train everything and put it in the folder in one move; ``say`` gets short progress lines.

    A failed training leaves the folder as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    made_from, read_from = fingerprint(project), reader_fingerprint(project)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="training-") as scratch:
        new = Path(scratch) / "model"
        new.mkdir()
        if _reads_as(folder, read_from):
            shutil.copytree(folder / READER, new / READER)
        else:
            _train_reader(project, new / READER, say)
        say("Training the dialogue ...")
        _train_dialogue(project, new)
        manifest = Manifest(
            made_from=made_from,
            read_from=read_from,
            rasa=RASA_VERSION,
            files={
                str(file.relative_to(new)): _sha256(file)
                for file in sorted(new.rglob("*"))
                if file.is_file()
            },
        )
        (new / MANIFEST).write_bytes(msgspec.json.encode(manifest))
        if folder.exists():
            shutil.move(folder, Path(scratch) / "old")
        os.replace(new, folder)
    say("Trained.")
    return manifest


def _reads_as(folder: Path, read_from: str) -> bool:
    """Whether the folder holds a whole reader that was trained from just this."""
    try:
        return check(folder).read_from == read_from
    except ModelNotReady:
        return False


def _train_reader(project: Path, folder: Path, say: Callable[[str], None]) -> None:
    from rightfit.language.encoder import Encoder
    from rightfit.language.examples import load_examples
    from rightfit.language.needs_training import train_understanding
    from rightfit.language.training import train_reader

    encoder = Encoder.load(threads=os.cpu_count() or 1)
    say("Reading the examples of what clients type ...")
    told = [train_reader(nlu_files(project), folder, encoder).notice]
    say("Reading the examples of needs ...")
    # Most of what clients type is calm; every third line is enough to tell it from distress.
    calm = [example.text for example in load_examples(nlu_files(project))][::3]
    told.append(train_understanding(needs_files(project), folder, encoder, calm).notice)
    for notice in filter(None, told):
        say(notice)


def _train_dialogue(project: Path, folder: Path) -> None:
    # Whoever only reads, or asks whether the model is fresh, does without Rasa.
    from rightfit.engine import lean_rasa

    lean_rasa.install()
    lean_rasa.import_without_tensorflow("rasa.model_training")
    from rasa.model_training import train_core

    with _in(project), _quietly():
        made: Any = train_core(
            domain="domain.yml",
            config="config.yml",
            stories=str(Path("data") / "rules"),
            output=str(folder),
            fixed_model_name=DIALOGUE.removesuffix(".tar.gz"),
        )
    if made is None:
        raise ModelNotReady("Rasa trained no model; run: rasa data validate")
    # Rasa leaves a loop behind that nothing closes.
    with contextlib.suppress(RuntimeError):
        asyncio.get_event_loop_policy()


@contextlib.contextmanager
def _in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Rasa prints a progress bar and colours; our own lines say enough."""
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield


def _sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
