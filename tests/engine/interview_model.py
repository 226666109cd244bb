"""What an intake on the short practice comes to, said a second time and in few words."""

from dataclasses import dataclass, field

QUESTIONS = ("consent", "name", "experience", "goals", "format", "contact", "recap")
OPEN = ("experience", "goals")
OFFERED = {
    "consent": ("yes", "no"),
    "format": ("video", "phone", "in_person", "writing"),
    "recap": ("send", "change", "pause"),
    "confirm_stop": ("go_on", "pause", "erase"),
    "confirm_start_again": ("start_again", "go_on"),
    "paused": ("go_on", "erase"),
}
MUST_CHOOSE = ("consent", "recap", "pick_answer", "confirm_stop", "confirm_start_again")
Given = tuple[str, str | None, tuple[str, ...]]
SKIPPED: Given = ("skipped", None, ())


@dataclass
class ModelledIntake:
    """What stood under which question, and what is on screen."""

    state: str = "open"
    versions: list[tuple[str, Given | None]] = field(default_factory=list)
    pending: str | None = None
    revisiting: str | None = None
    probed: set[str] = field(default_factory=set)

    @property
    def answers(self) -> dict[str, Given]:
        latest = dict(self.versions)
        return {question: given for question, given in latest.items() if given is not None}

    @property
    def asked(self) -> str | None:
        if self.state != "open":
            return None
        return self.pending or next(q for q in QUESTIONS if q not in self.answers)

    @property
    def question(self) -> str | None:
        asked = self.revisiting if self.asked == "new_answer" else self.asked
        return asked if asked in QUESTIONS else None

    @property
    def choices(self) -> tuple[str, ...]:
        if self.asked == "pick_answer":
            return self._answered()
        if self.asked == "new_answer":
            return (*OFFERED.get(str(self.revisiting), ()), "keep", "take_out")
        return OFFERED.get(self.asked or self.state, ())

    def say(self, text: str, does: str, names: str | None = None, how: str = "fully") -> None:
        """Take a text, told what it does, which answer it names, and how it answers."""
        asked = self.asked
        if does == "aside" or (how == "asking" and asked in MUST_CHOOSE):
            return
        if asked is None and not self._reopens(does, names):
            return
        if asked == f"confirm_{does}":
            self.choose(("pause" if does == "stop" else "start_again",))
        elif does in ("stop", "start_again"):
            self._show(f"confirm_{does}", self.revisiting if does == "stop" else None)
        elif does == "back" and (names or asked != "confirm_stop"):
            self._back(names, self.question)
        elif does == "answer":
            self._answer(text, names, how)
        elif does == "hesitate" and self.question in OPEN and self.question not in self.probed:
            self.probed.add(str(self.question))
        elif does in ("skip", "back") or "go_on" not in self.choices:
            self._skip()

    def choose(self, ids: tuple[str, ...]) -> None:
        asked, id_ = self.asked, ids[0]
        if asked is None:
            self.state, self.pending = "open", "confirm_stop" if id_ == "erase" else None
        elif asked == "pick_answer":
            self._show("new_answer", id_)
        elif (asked, id_) == ("recap", "change"):
            self._show("pick_answer")
        elif ids in (("go_on",), ("keep",)):
            self._go_on()
        elif id_ in ("pause", "erase"):
            self._show(None)
            self.state = "paused" if id_ == "pause" else "erased"
        elif id_ == "start_again":
            self._show(None)
            self.probed = set()
            for question in sorted(set(self.answers) - {"consent"}):
                self._put(question, None)
        elif (asked, id_) == ("consent", "no"):
            self.state, self.versions = "declined", []
        elif ids == ("take_out",) or not {"keep", "take_out"} & set(ids):
            self._put(str(self.question), SKIPPED if id_ == "take_out" else ("chosen", None, ids))
            self._show(None)
            self.state = "sent" if asked == "recap" else "open"

    def _answer(self, text: str, names: str | None, how: str) -> None:
        asked, question = self.asked, self.question
        if asked in ("pick_answer", "recap") and names in self._answered():
            self._show("new_answer", names)
        elif question is not None:
            if question not in MUST_CHOOSE and (question != "contact" or how == "with_an_email"):
                self._put(question, ("said", text, ()))
                probe = how == "barely" and question in OPEN and asked != "new_answer"
                self._show(question if probe and question not in self.probed else None)
                self.probed |= {question} if probe else set()
            if how == "then_stop":
                self.pending = "confirm_stop"
            elif how == "then_back":
                self._back(None, question)

    def _skip(self) -> None:
        if self.asked not in QUESTIONS or self.asked in self.answers:
            self._go_on()
        elif self.asked not in MUST_CHOOSE:
            self._put(self.asked, SKIPPED)

    def _reopens(self, does: str, names: str | None) -> bool:
        """Whether there is more to it: after a break, "back" is back to the questions."""
        was, wished = self.state, does in ("back", "start_again")
        if wished:
            self.state = "open"
            self._put("recap", None)
        return wished and (was == "sent" or does == "start_again" or names is not None)

    def _back(self, names: str | None, here: str | None) -> None:
        earlier = self._answered(before=here or "recap")
        if names in self._answered():
            self._show("new_answer", names)
        elif names and self._answered():
            self._show("pick_answer")
        else:
            self._show("new_answer" if earlier else None, earlier[-1] if earlier else None)

    def _go_on(self) -> None:
        keeps = self.revisiting if self.asked != "new_answer" else None
        self._show("new_answer" if keeps else None, keeps)

    def _show(self, pending: str | None, revisiting: str | None = None) -> None:
        self.pending, self.revisiting = pending, revisiting

    def _answered(self, before: str = "recap") -> tuple[str, ...]:
        return tuple(q for q in QUESTIONS[1 : QUESTIONS.index(before)] if q in self.answers)

    def _put(self, question: str, given: Given | None) -> None:
        if self.answers.get(question) != given:
            self.versions.append((question, given))
