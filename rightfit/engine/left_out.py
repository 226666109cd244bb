"""Which libraries Rasa is imported without."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
import warnings

#: TensorFlow, and what the channels and stores that Rightfit has its own of are made with.
_LEFT_OUT = (
    {"tensorflow", "keras", "tensorflow_hub", "tensorflow_addons", "matplotlib"}
    | {"aiogram", "boto3", "botocore", "fbmessenger", "mattermostwrapper", "prompt_toolkit"}
    | {"pymongo", "questionary", "rocketchat_API", "socketio", "twilio", "webexteamssdk"}
)

#: The path of a package of which nothing is loaded.
_NOWHERE = ["left out"]


class LeftOut(ImportError):
    """Something asked for a library that this process does not load."""


class _Absent(type):
    """A class of a library that was left out: may be named and derived from, not used."""

    def __getattr__(cls, name: str) -> _Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(name, (), {"__module__": cls.__module__})

    def __call__(cls, *args: object, **kwargs: object) -> object:
        raise LeftOut(
            f"{cls.__module__}.{cls.__name__} is needed by a part of Rasa that Rightfit does"
            " not load. Take that part out of config.yml, or use the rasa command."
        )


class _AbsentModule(types.ModuleType):
    def __getattr__(self, name: str) -> _Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(name, (), {"__module__": self.__name__})


class _LeaveOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        library = fullname.partition(".")[0]
        if library in _LEFT_OUT and (library == fullname or path == _NOWHERE):
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = _NOWHERE


def import_without_tensorflow(*modules: str) -> None:
    """Import modules of Rasa with stand-ins for TensorFlow and the like.

    Rasa's component modules import it all, used or not. The stand-ins are gone again
    afterwards, so that other libraries see no TensorFlow that is none; what Rasa got of
    them raises ``LeftOut`` when it is really used. What is loaded already stays real.
    """
    finder = _LeaveOut()
    sys.meta_path.insert(0, finder)
    try:
        # What Rasa's dependencies say of each other as they load is nobody's to change here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in modules:
                importlib.import_module(name)
    finally:
        sys.meta_path.remove(finder)
        for name in [n for n, m in sys.modules.items() if isinstance(m, _AbsentModule)]:
            del sys.modules[name]
