"""The last step of each decision: a few numbers weighed against a level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray


class Linear(msgspec.Struct, frozen=True):
    """A logistic regression, moved so that zero or more decides for it."""

    weights: tuple[float, ...]
    bias: float

    def values(self, rows: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """How far each row is from the decision: for it at zero or more."""
        values: NDArray[np.float64] = rows @ np.array(self.weights) + self.bias
        return values


#: Decides for nothing, whatever the numbers.
NOTHING = Linear((), -1.0)


def fitted(
    rows: NDArray[np.floating[Any]],
    held: Sequence[bool] | NDArray[np.bool_],
    strength: float = 0.1,
    *,
    balanced: bool = False,
) -> tuple[Linear, NDArray[np.float64]]:
    """A logistic regression that nobody moved yet, and its values at the rows.

    ``balanced`` gives what is held, however rare, as much say as what is not.
    """
    from sklearn.linear_model import LogisticRegression

    say = "balanced" if balanced else None
    model = LogisticRegression(C=strength, max_iter=500, class_weight=say).fit(rows, held)
    linear = Linear(
        tuple(round(float(weight), 4) for weight in model.coef_[0]),
        round(float(model.intercept_[0]), 4),
    )
    return linear, linear.values(rows)


def moved(linear: Linear, level: float) -> Linear:
    """The same, deciding for what has at least this value."""
    return msgspec.structs.replace(linear, bias=round(float(linear.bias - level), 4))
