"""What a client may say that a rule looks for: named predicates over the client's own words.

English only, as the rest of understanding. Each is a question for the coach and no verdict,
so each would rather find too little than too much. None names a belief or a gender.
"""

# ruff: noqa: E501 (the phrases are a table; broken lines would hide them)
from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from rightfit.fit.evidence import Words, answers_in_words, find
from rightfit.language.folding import fold
from rightfit.practice import Conflict
from rightfit.records import Intake, Said

#: Where clients speak of coaching rather than of work.
_OF_COACHING = ("goals", "expectations", "coach_wishes", "coached_before", "budget", "start")

_NOT = re.compile(
    r"\b(?:not|never|nobody|no one|no coach|no need|without|nothing|neither|cannot)\b|n't\b"
    r"|\b(?:rather than|instead of|unlike|as opposed to)\b"
)

_PLACEMENT = re.compile(
    r"\b(?:find|get|land|secure|arrange|organi[sz]e|give)s?(?: for)? me (?:\w+ ){0,4}?"
    r"(?:jobs?|work|positions?|posts?|roles?|vacanc(?:y|ies)|internships?|placements?|interviews?|hired)\b"
    r"|\b(?:find|arrange|secure)s? (?:\w+ ){0,3}?(?:jobs?|work|positions?|interviews?) for me\b"
    r"|\bplac(?:e|es|ing) me (?:in|at|with)\b"
    r"|\bput(?:s|ting)? in a (?:good )?word\b"
    r"|\bapply (?:\w+ ){0,4}?(?:for me|on my behalf|in my name)\b"
    r"|\bsend(?:s|ing)? (?:out )?my (?:cv|resume|application)s? (?:\w+ ){0,2}?to\b"
    r"|\b(?:introduce|connect|recommend)s? me (?:directly )?(?:to|with) (?:\w+ ){0,2}?"
    r"(?:employers?|recruiters?|compan(?:y|ies)|hiring managers?)\b"
)

_RESULT = r"(?:jobs?|offers?|work|positions?|roles?|results?|success|promotion|raise|interviews?|hired|visa)"
_PROMISE = re.compile(
    rf"(?<!\bi )(?<!\bwe )\b(?:guarantee[sd]?|promise[sd]?|assure[sd]?)\b[^.!?\n]{{0,60}}\b{_RESULT}\b"
    rf"|\bmake sure (?:that )?i (?:will |definitely )?(?:get|have|land|am|find)\b[^.!?\n]{{0,40}}\b{_RESULT}\b"
    rf"|\bno (?:\w+ )?{_RESULT},? (?:then )?no (?:fee|pay|money|payment)\b"
    r"|\bmoney back\b"
)
_NOBODY_PROMISES = re.compile(
    r"\b(?:nobody|no one|no coach|cannot|can not|could not|not|never|no)\b[^.!?\n]{0,40}"
    r"\b(?:guarantees?|promises?)\b"
    r"|n't\b[^.!?\n]{0,40}\b(?:guarantees?|promises?)\b"
)

_UNDER_AGE = r"(?:1[0-7]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen)"
_I_AM = r"(?<!when )(?<!if )(?<!once )\b(?:i am|i'm|im|i m)"
_MINOR = re.compile(
    rf"{_I_AM} (?:only |just |still |now |currently )?{_UNDER_AGE}(?! ?%)"
    r"(?=\s*(?:$|[.,;:!?)(\n]|years? old\b|yrs? old\b|y/?o\b|and (?!a half)|but |so |now\b|this year\b))"
    rf"|{_I_AM} a {_UNDER_AGE}[- ]years?[- ]old"
    rf"|\bas a {_UNDER_AGE}[- ]years?[- ]old\b"
    rf"|\bmy age is {_UNDER_AGE}\b"
    rf"|{_I_AM} (?:not (?:yet |quite )?|under |almost |nearly |turning )(?:18|eighteen)\b"
    r"|\bi (?:will )?turn (?:18|eighteen) (?:in|on|next|soon|this)\b"
    rf"|{_I_AM} (?:still )?(?:a minor|under ?age)\b"
)

_COACHING = r"(?:you|here|this|coach(?:ing)?|sessions?)"
_SENT = re.compile(
    r"\b(?:my|our|the) (?:[\w-]+ ){1,3}(?:sent|send|sends) me"
    r"(?= (?:here|over|along|to (?:you|(?:a |this |some )?coach)|for (?:the |this |some )?coaching)|\s*(?:$|[.,;:!?)\n]))"
    r"|\b(?:made|making|forced|forcing|ordered|pushed|pushing|told|asked|wants?|requires?|required) me"
    r" to (?:come|be here|do this|do (?:the |this |some )?coaching|see (?:a |you|this )|talk to (?:a coach|you)|get (?:a coach|coaching)|have coaching)"
    r"|\b(?:signed me up|enrolled me|booked me (?:in|on))\b"
    r"|\bi (?:was|am|have been|'ve been|got) (?:sent|told to come|ordered to come|required to (?:come|do)|made to (?:come|do))\b"
    r"|\b(?:was|is)(?: not|n't) my (?:own )?idea\b|\bnot my (?:own )?idea\b"
    r"|\binsist(?:s|ed)? (?:that )?i (?:do|get|have|see|come|try)\b"
)
_PAID = re.compile(
    r"\b(?:my|our|the) (?:[\w'-]+ ){1,3}?(?:(?:is|are|will be|would be|has been) |will |would )?"
    r"(?:pay(?:s|ing)?|cover(?:s|ing)?|fund(?:s|ing)?|sponsor(?:s|ing)?) (?:for )?"
    r"(?:it|this|these|them|half of it|all of it|(?:the |this |my )(?:coaching|sessions?|fees?|cost|bill)|coaching)\b"
    r"|\b(?:coaching|sessions?|it|this|fee|bill) (?:is|are|will be|would be|gets?) (?:paid|covered|funded|sponsored)"
    r"(?: for)? by (?:my|our|the)\b"
)

_STRONG = re.compile(
    r"\b(?:must|has to|have to|need|needs|can't|cannot|can not|won't|never|essential|vital|only|"
    r"deal[- ]?breaker|no way|under no circumstances|absolutely|definitely|very important|please no)\b"
    r"|\bshould(?:n't| not| never)\b"
)
_NO_WISH = re.compile(
    r"(?:(?:no|none|nope|nah|nothing|n/?a|not really|anything|anyone|anybody|whatever|whoever|any|ok|okay|"
    r"i don'?t (?:mind|care|know)|don'?t (?:mind|care|know)|(?:it )?doesn'?t matter|dunno|no idea|"
    r"no (?:preferences?|wish(?:es)?|requirements?)|not particularly|"
    r"in particular|special|specific|thanks|thank you|really|at all|that i can think of|comes to mind)[\s,.;!-]*)+"
)
_NEED_NOT_SHARE = re.compile(
    r"(?:n't|not|no)\b(?: really| much| particularly)? (?:mind|care|matter|bother me|need|have to|important|issue|problem)\b"
    r"[^.!?\n]{0,40}\b(?:coach|you|your|they|she|he|somebody|someone|anyone)\b"
    r"[^.!?\n]{0,40}\b(?:think|thinks|believe|believes|vote|votes|agree|agrees|share|shares|views?|stand|stands|the same)\b"
    r"|\b(?:coach|you|they)(?: really)? (?:need not|needn't|(?:does not|doesn't|don't|do not) (?:need|have) to)"
    r" (?:\w+ ){0,2}?(?:think|believe|vote|agree|share|be like me|see it)\b"
)
_FLEXIBLE = re.compile(
    r"\bflexible\b|\bnot a (?:must|deal[- ]?breaker)\b|\bif need be\b|\bif necessary\b|\bif i (?:have|had) to\b"
    r"|\b(?:would|could|will|can) (?:also |still )?(?:do|work|manage|stretch)\b|\beither (?:is|would be) fine\b"
    r"|\bopen to\b|\bi don't mind\b"
)
_FLEXIBLE_AT = ("times", "format", "language", "budget", "start", "expectations", "coach_wishes")
_NOT_FLEXIBLE = re.compile(r"\bnot flexible\b|n't flexible\b")
#: By which words a remark made elsewhere is about one of these questions.
_CONCERNS = {
    "language": re.compile(r"\b(?:languages?|speak(?:s|ing)?|in (?:english|german|spanish))\b"),
    "format": re.compile(
        r"\b(?:video|phone|calls?|in person|face to face|online|screen|remote(?:ly)?|writing|e-?mails?|chat|meet(?:s|ing)?)\b"
    ),
    "times": re.compile(
        r"\b(?:times?|hours?|days?|week-?days?|week-?ends?|mornings?|afternoons?|evenings?|lunch|early|late"
        r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b"
    ),
    "start": re.compile(r"\b(?:start(?:s|ing)?|begin(?:s|ning)?|wait(?:ing)?|later|sooner)\b"),
    "budget": re.compile(r"\b(?:budget|money|fees?|prices?|pay(?:ing)?|costs?|spend|afford)\b"),
}


def _sentences(
    intake: Intake,
    pattern: re.Pattern[str],
    questions: Iterable[str] | None = None,
    unless: re.Pattern[str] | None = None,
) -> tuple[Said, ...]:
    """The sentences with the pattern in them, each once."""
    found: dict[Said, None] = {}
    for words in answers_in_words(intake, questions):
        for start, end in find(pattern, words, unless):
            found[words.around(start, end)] = None
    return tuple(found)


def asks_for_placement(intake: Intake) -> tuple[Said, ...]:
    """That the coach find or arrange a job, rather than help with searching."""
    return _sentences(intake, _PLACEMENT, ("goals", "expectations", "coach_wishes"), _NOT)


def expects_a_promise(intake: Intake) -> tuple[Said, ...]:
    """That a result be guaranteed."""
    return _sentences(intake, _PROMISE, ("goals", "expectations", "coach_wishes"), _NOT)


def knows_nobody_can_promise(intake: Intake) -> tuple[Said, ...]:
    """That no result can be guaranteed."""
    return _sentences(intake, _NOBODY_PROMISES, _OF_COACHING)


def says_under_age(intake: Intake) -> tuple[Said, ...]:
    """That the client is under 18; only the words that say so."""
    return tuple(
        words.said(start, end)
        for words in answers_in_words(intake)
        for start, end in find(_MINOR, words)
    )


def sent_by_another(intake: Intake) -> tuple[Said, ...]:
    """That somebody else wanted the client to come."""
    return _sentences(intake, _SENT)


def paid_by_another(intake: Intake) -> tuple[Said, ...]:
    """That somebody else pays for the coaching."""
    return _sentences(intake, _PAID, _OF_COACHING)


def wishes_for_the_coach(intake: Intake) -> tuple[tuple[Said, bool], ...]:
    """Each sentence about what the coach should be, with whether it is put strongly."""
    found = []
    for words in answers_in_words(intake, ("coach_wishes",)):
        for start, end in words.sentences():
            sentence = Words(words.question, words.text[start:end])
            if not words.shows(start, end) or _NO_WISH.fullmatch(_plain(sentence.text)):
                continue
            if any(find(_NEED_NOT_SHARE, sentence)):
                continue
            found.append((words.said(start, end), any(find(_STRONG, sentence))))
    return tuple(found)


def coach_need_not_share_it(intake: Intake) -> tuple[Said, ...]:
    """That it does not matter what the coach thinks or believes."""
    return _sentences(intake, _NEED_NOT_SHARE)


def flexible_about_it(intake: Intake, matter: Collection[str]) -> tuple[Said, ...]:
    """That something else would do, under one of these questions or in so many words about it.

    Whoever does not mind what the coach thinks has not said that any language will do.
    """
    found: dict[Said, None] = {}
    for words in answers_in_words(intake, _FLEXIBLE_AT):
        for start, end in find(_FLEXIBLE, words, _NOT_FLEXIBLE):
            said = words.around(start, end)
            if words.question in matter or _concerns(said.quote, matter):
                found[said] = None
    return tuple(found)


def _concerns(quote: str, matter: Collection[str]) -> bool:
    plain = _plain(quote)
    return any(_CONCERNS[each].search(plain) for each in matter if each in _CONCERNS)


def names(conflict: Conflict, intake: Intake) -> tuple[Said, ...]:
    """Where a person or company is named, by any of the names, as whole words."""
    found: dict[tuple[str, int], Said] = {}
    for words in answers_in_words(intake):
        for name in sorted((conflict.name, *conflict.variants), key=len, reverse=True):
            for start, end in find(whole_words(name), words):
                inside = any(
                    said.question == words.question and said.start <= start < said.end
                    for said in found.values()
                )
                if not inside:
                    found[(words.question, start)] = words.said(start, end)
    return tuple(found.values())


def whole_words(name: str) -> re.Pattern[str]:
    """A pattern for a name in folded text: its words in order, no matter how they are spaced."""
    parts = list(_pieces(name))
    if not parts:
        return re.compile(r"(?!)")
    joined = ""
    for before, part in zip([None, *parts], parts, strict=False):
        if before is not None:
            both_words = before[-1].isalnum() and part[0].isalnum()
            joined += r"[\s\-]+" if both_words else r"\s*"
        joined += re.escape(part)
    return re.compile(rf"(?<![^\W_]){joined}(?![^\W_])")


def _pieces(name: str) -> Iterator[str]:
    for match in re.finditer(r"[^\W_]+|[^\w\s-]", _plain(name)):
        yield match.group()


def _plain(text: str) -> str:
    return fold(text).text.strip()
