"""Beliefs, faiths, identities and parties that the mirror test swaps, each with an opposite.

An opposite is only what could stand in the same place in somebody else's answer. No order is
meant. ``read_as`` is what stands for both where a text is read with neither of them. Words
that mostly mean something else ("right", "straight", "polish") stand here with a companion
or not at all.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Pair = tuple[str, str]


class Opposites(msgspec.Struct, frozen=True):
    """Pairs about the same thing in one country; null where they are at home everywhere."""

    about: Literal["party", "politics", "faith", "identity", "gender"]
    country: str | None
    read_as: str
    pairs: tuple[Pair, ...]


_PARTISAN, _PARTISANS, _PARTY = "party supporter", "party supporters", "political party"
_POLITICAL, _POLITICAL_PEOPLE = "political", "political people"
_RELIGIOUS, _BELIEVER, _BELIEVERS = "religious", "religious person", "religious people"
_FROM_THERE, _PEOPLE = "minority", "minority people"

OPPOSITES: tuple[Opposites, ...] = (
    # --- parties and who votes for them
    Opposites("party", "United States", _PARTISAN, (("Republican", "Democrat"),)),
    Opposites(
        "party",
        "United States",
        _PARTISANS,
        (("Republicans", "Democrats"), ("Trump voters", "Biden voters")),
    ),
    Opposites(
        "party",
        "United States",
        _PARTY,
        (("Republican Party", "Democratic Party"), ("GOP", "Democratic Party")),
    ),
    Opposites(
        "party",
        "United Kingdom",
        _PARTISAN,
        (
            ("Tory", "Labour supporter"),
            ("Conservative voter", "Labour voter"),
            ("Brexiteer", "Remainer"),
            ("Leave voter", "Remain voter"),
            ("Scottish nationalist", "Scottish unionist"),
        ),
    ),
    Opposites(
        "party",
        "United Kingdom",
        _PARTISANS,
        (("Tories", "Labour supporters"), ("Brexiteers", "Remainers")),
    ),
    Opposites(
        "party",
        "United Kingdom",
        _PARTY,
        (("Conservative Party", "Labour Party"), ("Reform UK", "Green Party")),
    ),
    Opposites("party", "Ireland", _PARTY, (("Fianna Fáil", "Sinn Féin"),)),
    Opposites(
        "party", "Germany", _PARTY, (("CDU", "SPD"), ("AfD", "Die Linke"), ("FDP", "Die Grünen"))
    ),
    Opposites("party", "France", _PARTY, (("Rassemblement National", "La France insoumise"),)),
    Opposites("party", "Spain", _PARTY, (("Partido Popular", "PSOE"),)),
    Opposites("party", "Spain", _PARTISAN, (("Vox voter", "Podemos voter"),)),
    Opposites("party", "Poland", _PARTY, (("Law and Justice", "Civic Platform"),)),
    Opposites("party", "Turkey", _PARTY, (("AKP", "CHP"),)),
    Opposites("party", "Israel", _PARTY, (("Likud", "Meretz"),)),
    Opposites("party", "India", _PARTY, (("BJP", "Congress Party"),)),
    Opposites(
        "party", "Canada", _PARTY, (("Conservative Party of Canada", "Liberal Party of Canada"),)
    ),
    Opposites("party", "Australia", _PARTY, (("Liberal Party", "Australian Labor Party"),)),
    Opposites("party", "Nigeria", _PARTY, (("APC", "PDP"),)),
    Opposites("party", "South Africa", _PARTISAN, (("ANC voter", "DA voter"),)),
    Opposites("party", "Brazil", _PARTISAN, (("bolsonarista", "petista"),)),
    Opposites("party", "Argentina", _PARTISAN, (("Peronist", "Macrist"),)),
    Opposites("party", "Mexico", _PARTISAN, (("Morena voter", "PAN voter"),)),
    # --- politics without a party
    Opposites(
        "politics",
        None,
        _POLITICAL,
        (
            ("conservative", "progressive"),
            ("conservative", "liberal"),
            ("left-wing", "right-wing"),
            ("left-leaning", "right-leaning"),
            ("leftist", "rightist"),
            ("socialist", "capitalist"),
            ("communist", "libertarian"),
            ("nationalist", "internationalist"),
            ("feminist", "anti-feminist"),
            ("pro-life", "pro-choice"),
            ("pro-gun", "anti-gun"),
            ("pro-union", "anti-union"),
            ("pro-vaccine", "anti-vaccine"),
            ("pro-immigration", "anti-immigration"),
            ("Zionist", "anti-Zionist"),
            ("pro-Israel", "pro-Palestine"),
            ("pro-Russian", "pro-Ukrainian"),
        ),
    ),
    Opposites(
        "politics",
        None,
        _POLITICAL_PEOPLE,
        (
            ("conservatives", "progressives"),
            ("conservatives", "liberals"),
            ("leftists", "rightists"),
            ("socialists", "capitalists"),
            ("communists", "libertarians"),
            ("feminists", "anti-feminists"),
            ("climate activists", "climate sceptics"),
        ),
    ),
    Opposites("politics", "Spain", _POLITICAL, (("independentista", "unionista"),)),
    # --- faith and none
    Opposites(
        "faith",
        None,
        _RELIGIOUS,
        (
            ("Christian", "Muslim"),
            ("Christian", "atheist"),
            ("Catholic", "Protestant"),
            ("Jewish", "Hindu"),
            ("Buddhist", "Sikh"),
            ("evangelical", "agnostic"),
            ("religious", "secular"),
            ("Orthodox Christian", "Orthodox Jewish"),
            ("Islamic", "humanist"),
            ("Quaker", "pagan"),
        ),
    ),
    Opposites(
        "faith",
        None,
        _BELIEVERS,
        (
            ("Christians", "Muslims"),
            ("Christians", "atheists"),
            ("Catholics", "Protestants"),
            ("Jews", "Hindus"),
            ("Buddhists", "Sikhs"),
            ("evangelicals", "agnostics"),
            ("believers", "non-believers"),
        ),
    ),
    Opposites(
        "faith",
        None,
        _BELIEVER,
        (
            ("believer", "non-believer"),
            ("Mormon", "Jehovah's Witness"),
            ("Sunni", "Shia"),
        ),
    ),
    Opposites(
        "faith",
        None,
        "religion",
        (
            ("Christianity", "Islam"),
            ("Judaism", "Hinduism"),
            ("Catholicism", "Protestantism"),
            ("atheism", "Buddhism"),
        ),
    ),
    Opposites(
        "faith",
        None,
        "house of worship",
        (("church", "mosque"), ("church", "synagogue"), ("Hindu temple", "gurdwara")),
    ),
    Opposites("faith", None, "holy book", (("Bible", "Quran"), ("Torah", "Bhagavad Gita"))),
    Opposites("faith", None, "minister", (("priest", "imam"), ("pastor", "rabbi"))),
    Opposites("faith", None, "time of prayer", (("Sunday mass", "Friday prayer"),)),
    Opposites("faith", None, "religious days", (("Easter", "Ramadan"), ("Yom Kippur", "Diwali"))),
    # --- identity and origin
    Opposites(
        "identity",
        None,
        "queer",
        (("gay", "heterosexual"), ("bisexual", "heterosexual"), ("lesbian", "straight woman")),
    ),
    Opposites("identity", None, "transgender", (("transgender", "cisgender"), ("trans", "cis"))),
    Opposites(
        "identity",
        None,
        _FROM_THERE,
        (
            ("immigrant", "native-born"),
            ("Latino", "Asian"),
            ("Arab", "Kurdish"),
            ("Pakistani", "Bangladeshi"),
            ("Nigerian", "Ghanaian"),
            ("Turkish", "Greek"),
            ("Serbian", "Croatian"),
        ),
    ),
    Opposites(
        "identity",
        "United States",
        _FROM_THERE,
        (("African American", "Asian American"), ("Black", "white")),
    ),
    Opposites("identity", "India", _FROM_THERE, (("Dalit", "Brahmin"),)),
    Opposites("identity", "New Zealand", _FROM_THERE, (("Māori", "Pākehā"),)),
    Opposites("identity", "Belgium", _FROM_THERE, (("Flemish", "Walloon"),)),
    Opposites("identity", "Spain", _FROM_THERE, (("Catalan", "Castilian"),)),
    Opposites("identity", "Germany", _FROM_THERE, (("East German", "West German"),)),
    Opposites(
        "identity",
        None,
        _PEOPLE,
        (("immigrants", "natives"), ("Latinos", "Asians"), ("Arabs", "Kurds")),
    ),
)

#: Gender words and the grammar of gender, also in the languages that clients mix in.
GENDER: tuple[Opposites, ...] = (
    Opposites("gender", None, "they", (("he", "she"),)),
    Opposites("gender", None, "their", (("his", "her"), ("him", "her"), ("his", "hers"))),
    Opposites("gender", None, "themselves", (("himself", "herself"),)),
    Opposites("gender", None, "woman", (("man", "woman"), ("gentleman", "lady"))),
    Opposites("gender", None, "women", (("men", "women"), ("gentlemen", "ladies"))),
    Opposites("gender", None, "female", (("male", "female"),)),
    Opposites("gender", None, "girl", (("boy", "girl"),)),
    Opposites("gender", None, "partner", (("husband", "wife"), ("boyfriend", "girlfriend"))),
    Opposites("gender", None, "parent", (("father", "mother"), ("dad", "mum"), ("dad", "mom"))),
    Opposites("gender", None, "child", (("son", "daughter"),)),
    Opposites("gender", None, "children", (("sons", "daughters"),)),
    Opposites("gender", None, "sibling", (("brother", "sister"),)),
    Opposites("gender", None, "relative", (("uncle", "aunt"), ("nephew", "niece"))),
    Opposites("gender", None, "chair", (("chairman", "chairwoman"),)),
    Opposites("gender", None, "business person", (("businessman", "businesswoman"),)),
    Opposites("gender", None, "salesperson", (("salesman", "saleswoman"),)),
    Opposites("gender", None, "server", (("waiter", "waitress"),)),
    Opposites("gender", "Germany", "teacher", (("Lehrer", "Lehrerin"),)),
    Opposites("gender", "Germany", "nurse", (("Krankenpfleger", "Krankenschwester"),)),
    Opposites("gender", "Germany", "colleague", (("Kollege", "Kollegin"),)),
    Opposites("gender", "Spain", "nurse", (("enfermero", "enfermera"),)),
    Opposites("gender", "Spain", "teacher", (("profesor", "profesora"),)),
    Opposites("gender", "France", "nurse", (("infirmier", "infirmière"),)),
)

#: Phrases in which a word of the tables means something else.
NOT_MEANT: tuple[str, ...] = (
    "conservative estimate",
    "conservative estimates",
    "liberal arts",
    "capitalist system",
    "black and white",
    "black coffee",
    "white coffee",
    "white paper",
    "white papers",
    "white collar",
    "white-collar",
    "white noise",
    "white lie",
    "black ice",
    "black market",
    "in the black",
    "black belt",
    "black friday",
    "man hours",
)

#: Names to swap a client's own for.
NAMES: tuple[str, ...] = ("Amina", "Declan", "Priya", "Jürgen", "Mei-Ling", "Kwame", "Rosa")
