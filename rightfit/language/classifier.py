"""One linear classifier over what a text means, its pieces, and a few numbers about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.encoder import Vectors
from rightfit.language.pieces import Buckets, Pieces, pieces, rarity, weighed

# How much meaning and pieces may weigh; by cross-validation over writers.
_OF_MEANING, _OF_PIECES = 3.0, 3.0
_ROUNDS = 30

Chances = NDArray[np.float32]


class Told(msgspec.Struct, frozen=True):
    """Texts with all that is known of them, row by row; made by :func:`tell`.

    ``found`` holds the pieces of each text, cut once for all classifiers. ``meaning`` is
    float32 of shape ``(n, 384)``; ``about`` is float32 of shape ``(n, m)``, numbers that the
    caller chooses.
    """

    texts: tuple[str, ...]
    found: tuple[Pieces, ...]
    meaning: Vectors
    about: NDArray[np.float32]

    def rows(self, picked: Sequence[int]) -> Told:
        """Some rows, in the order given."""
        return Told(
            tuple(self.texts[row] for row in picked),
            tuple(self.found[row] for row in picked),
            self.meaning[picked],
            self.about[picked],
        )


def tell(texts: Sequence[str], meaning: Vectors, about: NDArray[np.float32]) -> Told:
    """Texts with their meaning and the numbers about them, and their pieces."""
    return Told(tuple(texts), tuple(pieces(texts)), meaning, about)


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
        for row, found in enumerate(told.found):
            buckets, weights = weighed(found, self.rare)
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

    ``strength`` is scikit-learn's ``C``. ``balanced`` gives each label the same say,
    however many examples it has.

    :raises ValueError: there are fewer than two labels.
    """
    # Imported here: a server that only reads needs no scipy.
    from scipy.sparse import csr_matrix, hstack  # type: ignore[import-untyped]

    names, truth = np.unique(np.array(labels), return_inverse=True)
    if len(names) < 2:
        raise ValueError(f"nothing to tell apart: all examples are {names[0]}")
    rare = rarity(told.found).astype(np.float16).astype(np.float32)
    rows = [weighed(each, rare) for each in told.found]
    centre = told.meaning.mean(axis=0).astype(np.float32)
    ends = np.cumsum([0, *(len(buckets) for buckets, _ in rows)])
    columns: Buckets = np.concatenate([buckets for buckets, _ in rows])
    values = np.concatenate([weights for _, weights in rows]) * np.float32(_OF_PIECES)
    sparse = csr_matrix((values, columns, ends), shape=(len(rows), len(rare)))
    about = told.about.shape[1]
    say = np.ones(len(truth), dtype=np.float32)
    if balanced:
        counts = np.bincount(truth)
        say = (len(truth) / (len(names) * counts))[truth].astype(np.float32)
    meaning, of_rest, bias = _solve(
        centred(told.meaning, centre),
        hstack([csr_matrix(told.about), sparse]).tocsr(),
        truth,
        say * np.float32(strength),
    )
    return Classifier(
        labels=tuple(str(name) for name in names),
        centre=centre,
        rare=rare,
        of_meaning=meaning,
        of_about=of_rest[:about],
        of_pieces=of_rest[about:],
        bias=bias,
    )


def _solve(
    dense: NDArray[np.float32], sparse: Any, truth: NDArray[np.int64], say: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """Weights of a penalised multinomial logistic regression, by L-BFGS.

    scikit-learn fits the same, but wants one matrix: sparse, and then it multiplies the dense
    columns of meaning one number at a time, four times as long; or dense, and then it takes a
    gigabyte.
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    labels = int(truth.max()) + 1
    shapes = [(dense.shape[1], labels), (sparse.shape[1], labels), (1, labels)]
    ends = np.cumsum([rows * columns for rows, columns in shapes])[:-1]
    turned = sparse.T.tocsr()
    held = np.arange(len(truth))

    def parts(flat: NDArray[np.float64]) -> list[NDArray[np.float32]]:
        cut = np.split(flat.astype(np.float32), ends)
        return [each.reshape(shape) for each, shape in zip(cut, shapes, strict=True)]

    def loss(flat: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        of_dense, of_sparse, bias = parts(flat)
        values = dense @ of_dense + sparse @ of_sparse + bias
        values -= values.max(axis=1, keepdims=True)
        chances = np.exp(values)
        chances /= chances.sum(axis=1, keepdims=True)
        missed = -np.log(np.maximum(chances[held, truth], 1e-12))
        chances[held, truth] -= 1
        chances *= say[:, None]
        penalty = float((flat[: ends[1]] ** 2).sum()) / 2
        slope = [dense.T @ chances + of_dense, turned @ chances + of_sparse, chances.sum(axis=0)]
        return float((missed * say).sum()) + penalty, np.concatenate(
            [each.ravel() for each in slope]
        ).astype(np.float64)

    # Stopping early is meant: more rounds change no decision and take most of the time.
    solved = minimize(
        loss, np.zeros(ends[-1] + labels), jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}
    )
    of_dense, of_sparse, bias = parts(solved.x)
    return of_dense, of_sparse, bias[0]
