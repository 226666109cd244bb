"""Words that tell how strongly something is said, if it is wanted or minded, or is dangerous.

They decide nothing by themselves: classifiers weigh them beside the meaning of the clause.
"""

import itertools
from collections.abc import Iterator

from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span

#: The kinds of cue, in the order of :func:`counted`.
CUES: tuple[str, ...] = (
    "must",
    "important",
    "nice",
    "wants",
    "minds",
    "concedes",
    "danger",
    "life",
    "despair",
    "outright",
)

#: How many numbers :func:`counted` gives.
WIDTH = len(CUES) + 1

#: In ``doc.user_data``: the kinds of cue that begin at each token, so that a look is quick.
_WHERE = "rightfit_cues"
# Cue -> phrases; {a|b} is any of them, and ? marks a word that may be missing.
_PHRASES: dict[str, tuple[str, ...]] = {
    "must": (
        "must",
        "{have|has|had} to",
        "{need|needs} to",
        "i need",
        "{ca|can} {n't|not|nt|n’t}",
        "cannot",
        "cant",
        "{wo|will|would} {n't|not|nt|n’t}",
        "wont",
        "never again",
        "{will|would} never",
        "never ever",
        "{no|without} {exceptions|compromise|question}",
        "deal {breaker|breakers}",
        "dealbreaker",
        "non negotiable",
        "non - negotiable",
        "{refuse|refusing} to",
        "{essential|vital|crucial|required|mandatory|requirement}",
        "{done|finished} with",
        "at least",
        "no more",
        "or i walk",
        "absolutely {no|not|need}",
        "only {if|where|when}",
        "otherwise",
    ),
    "important": (
        "{really|truly|badly|desperately|so|very} {want|hope|need|miss|important|value|hate|tired}",
        "{hate|hated|hates|loathe|detest|despise|resent}",
        "{matters|matter|mattered}",
        "{important|importance}",
        "{exhausting|exhausted|exhausts|drained|draining|drains}",
        "{sick|tired|weary} of",
        "fed up",
        "{ca|can} {n't|not|nt} {stand|bear}",
        "{love|loved|loves|adore|adored}",
        "{kills|killing|killed|broke|breaks|destroyed|ruined} me",
        "{terrified|desperate|desperately|furious|disgusts|disgusted}",
        "{burned|burnt|worn|wore|wears|wearing} ?me {out|down}",
        "drives me",
        "above all",
        "number one",
        "a lot to me",
        "{care|cared} about",
        "get me down",
    ),
    "nice": (
        "would be {nice|good|great|lovely|grand|a|handy|cool|sweet|ideal}",
        "{'d|d} be {nice|good|great|lovely|grand|a|handy|cool}",
        "{nice|good|great} to have",
        "{ideally|preferably}",
        "{prefer|preferred|preference|rather}",
        "{bonus|plus|perk}",
        "if possible",
        "if {there|i} {'s|is|was|could|can}",
        "would {not|n't} mind",
        "wouldn't mind",
        "{not|n't} essential",
        "not the end of the world",
        "{maybe|perhaps}",
        "wouldn't say no",
        "would help",
        "a bit {more|of}",
        "cherry on",
        "one day",
    ),
    "wants": (
        "{want|wanted|wanting|wish|hope|hoping|like|looking|dream|seek}",
        "{love|enjoy|enjoyed|loved|happy|miss|missed}",
        "somewhere",
        "someone who",
        "a {place|job|boss|company|team|workplace}",
    ),
    "minds": (
        "{no|nobody|none|never|without|not|n't|nothing|hardly|barely}",
        "{hate|tired|sick|fed|angry|afraid|scared|worse|awful|terrible|toxic|bad|useless}",
        "{stop|quit|left|leave|avoid|away|escape}",
        "too {much|many|long|far|little|loud|few}",
        "{they|he|she} {made|make|makes|told|said|keeps|keep|never|always}",
    ),
    "concedes": (
        "{is|was|are} {n't|not} {everything|important|the}",
        "{n't|not} {mind|care|bothered|fussed|bother}",
        "{dont|doesnt} {mind|care}",
        "{no|never} {problem|complaint|complaints|trouble|issue|issues}",
        "{fine|okay|ok|alright} {with|by|about}",
        "{was|were|is|are|'s} {fine|okay|ok|alright}",
        "{not|never} about the",
        "{either|any} way",
        "all the same",
        "could {n't|not} care less",
    ),
    "danger": (
        "{suicide|suicidal|suicidality|samaritans|noose|overdose|overdosed|od}",
        "self {harm|harming|harmed}",
        "self - {harm|harming|harmed}",
        "{kill|killing|hang|hanging|shoot|shooting|drown|drowning} {myself|meself|himself|us}",
        "{cut|cutting|hurt|hurting|harm|harming|burn|burning} myself",
        "{cutting|harming} again",
        "{end|ending|ended|take|taking|took} {it|my|things|everything|myself} ?own ?all ?life",
        "{want|wanted|wanna|wishing|prefer|ready|rather} ?to ?just ?be {die|dead|gone}",
        "{want|wanted|wanna|wish|rather} ?to ?i ?could {die|dead|disappear|vanish}",
        "{wish|wished} i {was|were|had|did|could} {dead|never|not|n't|gone}",
        "{better|easier} ?off ?if without me",
        "{better|easier} off dead",
        "without me {here|around|there}",
        "{not|n't|nt|never} {wake|waking|waken} up",
        "{not|n't|nt|never} {want|wanted|wanting|wish} to {live|be|exist|wake|continue|go}",
        "{do|does|did|would|dont} {not|n't|nt|want} ?want ?to {live|exist|survive}",
        (
            "{jump|jumping|jumped|step|stepping|walk|walking|drive|driving|steer|steering} "
            "?out ?right {off|under|into|in|onto|from} ?{the|a|my}"
        ),
        "{pills|tablets|bridge|rope|ledge|razor|blade|pistol|gun|rifle|belt}",
        "{attempt|attempts|attempted}",
        "{tried|planned|planning|plan|plans} to {end|kill|die|do}",
        "{goodbye|farewell} {letter|letters|note|notes}",
        "{hits|beats|hit|threatened|threatens|strangled|choked} me",
        "{crisis|hotline|helpline|lifeline}",
    ),
    "life": (
        "{my|this|of|for|in} {life|living|existence}",
        "{live|living|alive|exist|existing|existence|breathing}",
        "{here|around|exist} {any|anymore|any more|longer|tomorrow|next}",
        "{this|the} {world|earth|planet}",
        "{go|going|carry|carrying} on",
        "{sleep|asleep} {forever|and}",
        "{die|dead|death|dying|grave|funeral}",
        "be here",
        "{everyone|everybody|family|kids|wife|they} would be",
    ),
    "despair": (
        "{no|any|the|without|much} {point|hope|future|reason|way|light|purpose|use}",
        "{hopeless|worthless|pointless|useless|trapped|numb|burden|despair|desperate|empty}",
        "give up",
        "{giving|gave} up",
        "{ca|can} {n't|not|nt} {go|take|do|cope|carry|continue|live|see} {it|on|this|any|another}",
        "{cant|cannot} {go|take|do|cope|carry|continue|live|see}",
        "no light",
        "end of {it|the|this|my}",
        "{cry|crying|cried|tears|sob|sobbing|panic|shaking|shake}",
        "{depressed|depression|anxiety|anxious|overwhelmed|breakdown|burnout}",
        "{rock|the} bottom",
        "at the end of",
        "{falling|fall|break|breaking} {apart|down}",
        "not worth",
        "n't worth",
    ),
    "outright": (
        "{am|'m|m|’m|feel|felt|feeling|be|very|was|been|so|became|and|or|almost|nearly} suicidal",
        "suicidal {thoughts|thought|ideation|feelings|thinking}",
        "{commit|committing|consider|considering|considered|contemplating|my} suicide",
        "{thoughts|thought|thinking|think} {of|about} {suicide|dying}",
        "{kill|killing|killed|hang|hanging|drown|shoot|shooting|harm|harming} {myself|meself}",
        "{kill|killing} my self",
        "{cut|cutting|hurting|burning} myself",
        "self {harm|harming|harmed}",
        "self - {harm|harming|harmed}",
        "{want|wanted|wanna|wish|wishing|ready|rather|prefer} ?to ?just ?be {die|dead}",
        "{end|ending|ended|take|taking|took} my ?own ?fucking life",
        "{end|ending|ended} it all",
        "{without|of|about} ?just ending it",
        "just {end|ending} it",
        "{not|n't|nt|dont|never} {want|wanted|wish} to ?be {live|exist|alive}",
        "{not|n't|nt|dont} wanna ?be {live|exist|alive}",
        "{not|n't|nt|never} {want|wanted|hoping|hope} to wake up",
        "{no|any|the|see|much} {point|reason|sense} {in|of|to} ?my {life|living}",
        "{no|any} {point|reason} {in|to|of} {being|be|stay|staying} alive",
        "{better|easier} off ?if {dead|without me}",
        "{wish|wished} i {was|were} {dead|never born}",
        "{wish|wished} i {had|did} {n't|not|never} {wake|woken|been} {up|born}",
        "tired of {life|being alive|existing}",
        "{blow|blowing} my brains out",
    ),
}


class FindsCues:
    """A PhraseMatcher over all wordings of the phrases above; spans are labelled with their kind.

    A Matcher tries every pattern at every word; this takes a tenth of the time.
    """

    def __init__(self, nlp: Language) -> None:
        self._matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
        for kind, phrases in _PHRASES.items():
            wordings = {wording for phrase in phrases for wording in _wordings(phrase)}
            self._matcher.add(kind, [Doc(nlp.vocab, words=list(each)) for each in sorted(wordings)])

    def __call__(self, doc: Doc) -> Doc:
        """Every match, longer or shorter, in the order of the text."""
        found = [Span(doc, start, end, label=kind) for kind, start, end in self._matcher(doc)]
        doc.spans["cues"] = found
        where: dict[int, list[str]] = {}
        for span in found:
            where.setdefault(span.start, []).append(span.label_)
        doc.user_data[_WHERE] = where
        return doc


def _wordings(phrase: str) -> Iterator[tuple[str, ...]]:
    choices: list[tuple[tuple[str, ...], ...]] = []
    for word in phrase.split():
        one_of = tuple((each,) for each in word.lstrip("?").strip("{}").split("|"))
        choices.append((*one_of, ()) if word.startswith("?") else one_of)
    for picked in itertools.product(*choices):
        yield tuple(word for words in picked for word in words)


def counted(doc: Doc, start: int, end: int) -> list[float]:
    """Which kinds of cue stand between two character offsets: one or nought for each, and one
    for dark words about life.
    """
    inside = doc.char_span(start, end, alignment_mode="expand")
    if inside is None:
        return [0.0] * WIDTH
    first, last = inside.start, inside.end
    cues = doc.user_data[_WHERE]
    kinds = {kind for token in range(first, last) for kind in cues.get(token, ())}
    told = [float(kind in kinds) for kind in CUES]
    # "No point" of a meeting and of a life are two things.
    return [*told, float({"life", "despair"} <= kinds)]
