"""One linear classifier over what a text means, its pieces, and a few numbers about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.encoder import Vectors
from rightfit.language.pieces import Buckets, pieces, rarity, weighed

# How much meaning and pieces may weigh; by cross-validation over writers.
_OF_MEANING, _OF_PIECES = 3.0, 3.0

Chances = NDArray[np.float32]


class Told(msgspec.Struct, frozen=True):
    """Texts with all that is known of them, row by row.

    ``meaning`` is float32 of shape ``(n, 384)``; ``about`` is float32 of shape ``(n, m)``,
    numbers that the caller chooses.
    """

    texts: tuple[str, ...]
    meaning: Vectors
    about: NDArray[np.float32]


class Classifier(msgspec.Struct, frozen=True):
    """A fitted classifier: a column of weights for each label.

    ``centre`` is what meanings have in common, ``rare`` how much each piece tells.
    """

    labels: tuple[str, ...]
    centre: NDArray[np.float32]
    rare: NDArray[np.float32]
    of_meaning: NDArray[np.float32]
    of_pieces: NDArray[np.float32]
    of_about: NDArray[np.float32]
    bias: NDArray[np.float32]

    def chances(self, told: Told) -> Chances:
        """How likely each label is for each text: shape ``(n, labels)``, rows sum to one."""
        values = centred(told.meaning, self.centre) @ self.of_meaning
        values += told.about @ self.of_about + self.bias
        for row, text in enumerate(told.texts):
            buckets, weights = weighed(pieces(text), self.rare)
            values[row] += (weights * np.float32(_OF_PIECES)) @ self.of_pieces[buckets]
        values -= values.max(axis=1, keepdims=True)
        likely: Chances = np.exp(values)
        likely /= likely.sum(axis=1, keepdims=True)
        return likely

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """What :meth:`of_arrays` reads back, for one ``.npz`` of many classifiers."""
        return {
            f"{prefix}.labels": np.array(self.labels),
            f"{prefix}.centre": self.centre,
            f"{prefix}.rare": self.rare.astype(np.float16),
            f"{prefix}.of_meaning": self.of_meaning.astype(np.float16),
            f"{prefix}.of_pieces": self.of_pieces.astype(np.float16),
            f"{prefix}.of_about": self.of_about,
            f"{prefix}.bias": self.bias,
        }

    @classmethod
    def of_arrays(cls, held: Mapping[str, NDArray[np.generic]], prefix: str) -> Classifier:
        """The classifier that :meth:`arrays` wrote.

        :raises KeyError: it is not there.
        """
        numbers = {
            name: held[f"{prefix}.{name}"].astype(np.float32)
            for name in ("centre", "rare", "of_meaning", "of_pieces", "of_about", "bias")
        }
        labels = tuple(str(label) for label in held[f"{prefix}.labels"])
        return cls(labels=labels, **numbers)


def centred(meaning: Vectors, centre: NDArray[np.float32]) -> Vectors:
    """Meanings without what they have in common, scaled to what they may weigh."""
    apart = meaning - centre
    length = np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)
    scaled: Vectors = (apart / length * _OF_MEANING).astype(np.float32)
    return scaled


def fit(
    told: Told, labels: Sequence[str], *, strength: float = 1.0, balanced: bool = False
) -> Classifier:
    """A logistic regression over all labels; the same input gives the same classifier.

    :raises ValueError: there are fewer than two labels.
    """
    # Imported here: a server that only reads needs neither.
    import warnings

    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    found = [pieces(text) for text in told.texts]
    rare = rarity(found).astype(np.float16).astype(np.float32)
    rows = [weighed(each, rare) for each in found]
    centre = told.meaning.mean(axis=0).astype(np.float32)
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    columns: Buckets = np.concatenate([buckets for buckets, _ in rows])
    values = np.concatenate([weights for _, weights in rows]) * np.float32(_OF_PIECES)
    sparse = csr_matrix((values, columns, ends), shape=(len(rows), len(rare)))
    meaning = centred(told.meaning, centre)
    matrix = hstack([csr_matrix(meaning), csr_matrix(told.about), sparse]).tocsr()
    model = LogisticRegression(
        C=strength, max_iter=50, tol=1e-2, class_weight="balanced" if balanced else None
    )
    with warnings.catch_warnings():
        # Stopping early is meant: more rounds change no decision and take most of the time.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(matrix, np.array(labels))
    weights, bias = model.coef_.T.astype(np.float32), model.intercept_.astype(np.float32)
    if weights.shape[1] == 1:  # two labels share one column
        weights, bias = np.hstack([-weights / 2, weights / 2]), np.array([-bias[0], bias[0]]) / 2
    width, about = meaning.shape[1], told.about.shape[1]
    return Classifier(
        labels=tuple(str(label) for label in model.classes_),
        centre=centre,
        rare=rare,
        of_meaning=weights[:width],
        of_about=weights[width : width + about],
        of_pieces=weights[width + about :],
        bias=bias.astype(np.float32),
    )
