"""What the words of a text speak of, word by word, and so the text as a whole: themes, distress,
calls for help.

A clause is the mean of its words, and a mean drowns the one word that tells. Here each token is
looked at by itself, and each theme looks where in the text it is spoken of.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.records import OUTSIDE_HELP, THEMES

#: The columns of all scores: themes and stances, which stand in some of the words; then what is
#: true of a text and of none of its words.
LABELS: tuple[str, ...] = (*THEMES, "wants", "avoids", "crisis", "strained", *OUTSIDE_HELP)
#: How many of them are themes, and how many stand in words.
OF_THEMES, OF_WORDS = len(THEMES), len(THEMES) + 2

Numbers = NDArray[np.float32]


class Scores(msgspec.Struct, frozen=True):
    """For each label the log-odds that a text holds it, and those of each of its tokens."""

    whole: Numbers
    tokens: Numbers


class TokenModel(msgspec.Struct, frozen=True):
    """A small net over the states of tokens: one hidden layer, and for each label what a token
    says of it, how much the label looks at the token, and what it sees there.
    """

    of_hidden: Numbers
    hidden_bias: Numbers
    of_heads: Numbers
    direct: Numbers
    bias: Numbers
    whole_bias: Numbers

    def scores(self, states: Numbers) -> Scores:
        """What the tokens of one text, and all of it, say of each label."""
        count = len(LABELS)
        if not len(states):
            return Scores(np.full(count, -9, np.float32), np.zeros((0, count), np.float32))
        hidden = np.maximum(states @ self.of_hidden + self.hidden_bias, 0)
        says, looks, sees = np.split(hidden @ self.of_heads, 3, axis=1)
        says = says + states @ self.direct + self.bias
        looks = np.exp(looks - looks.max(axis=0))
        top = says.max(axis=0)
        loudest = top + np.log(np.exp(says - top).sum(axis=0))
        seen = (looks * sees).sum(axis=0) / looks.sum(axis=0)
        whole = seen + self.whole_bias + 0.5 * loudest
        return Scores(whole.astype(np.float32), says.astype(np.float32))

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """What :meth:`of_arrays` reads back."""
        return {f"{prefix}.{name}": getattr(self, name) for name in self.__struct_fields__}

    @classmethod
    def of_arrays(cls, held: Mapping[str, NDArray[np.generic]], prefix: str) -> TokenModel:
        """The model that :meth:`arrays` wrote.

        :raises KeyError: it is not there.
        """
        return cls(
            **{name: held[f"{prefix}.{name}"].astype(np.float32) for name in cls.__struct_fields__}
        )
