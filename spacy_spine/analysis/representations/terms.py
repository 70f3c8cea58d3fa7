"""What linear CKA is made of: a few sums over the examples, of whole arrays or gathered batch by batch."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
# Features that vary by less than this many units of rounding of their type are constant: the same token computed in
# two mini-batches differs by a few.
UNITS = 64
SMALLEST = 1e-12  # what is left of a debiased self-similarity below this share of the biased one is rounding


@dataclass(frozen=True)
class Terms:
    """Sums over examples i with centred features x_i and y_i.

    examples (int): n.
    cross (float): ||XᵀY||²_F, which is the sum of K_ij L_ij for the Gram matrices K = XXᵀ and L = YYᵀ.
    x, y (float): Sums of ||x_i||² and of ||y_i||².
    xy (float): Sum of ||x_i||² ||y_i||².
    """

    examples: int
    cross: float
    x: float
    y: float
    xy: float

    def hsic(self, *, debiased: bool) -> float:
        """The Hilbert-Schmidt independence criterion of the linear kernels.

        Debiased: HSIC_1 of Song et al. 2007, eq. 4, [tr(K~L~) + 1ᵀK~1 1ᵀL~1/((n-1)(n-2)) - 2/(n-2) 1ᵀK~L~1]/(n(n-3)),
        where K~ is K without its diagonal. It does not change where examples are shifted. Rows of the Gram matrices
        of centred examples sum to 0, so that 1ᵀK~1 is -x and 1ᵀK~L~1 is xy.
        RETURNS (float): Biased: without its factor 1/(n-1)², which a ratio does not need.
        """
        if not debiased:
            return self.cross
        n = self.examples
        inner = self.cross - self.xy
        return (inner + self.x * self.y / ((n - 1) * (n - 2)) - 2 * self.xy / (n - 2)) / (n * (n - 3))


def ratio(xy: Terms, xx: Terms, yy: Terms, *, debiased: bool) -> float:
    """HSIC(x, y) / sqrt(HSIC(x, x) HSIC(y, y)), NaN where one of the two below is 0."""
    n = xy.examples
    below = 1.0
    for terms in (xx, yy):
        own = terms.hsic(debiased=debiased)
        if own <= (SMALLEST * terms.cross / (n * (n - 3)) if debiased else 0.0):
            return nan
        below *= sqrt(own)
    return xy.hsic(debiased=debiased) / below


class Whole:
    """A matrix of which all examples are at hand.

    x (NDArray): Shape (examples, features).
    """

    def __init__(self, x: NDArray) -> None:
        wide = x.astype(np.float64)
        shift = wide[0].copy()
        wide -= shift  # exact for examples that are all the same
        mean = wide.mean(0)
        self.centred = wide - mean
        self.squares: Floats = np.einsum("if,if->i", self.centred, self.centred)
        offset = float(np.square(shift + mean).sum()) * len(x)
        if is_constant(float(self.squares.sum()), offset, rounding(x)):
            self.centred[:], self.squares[:] = 0, 0

    def terms(self, other: "Whole") -> Terms:
        """Sums with another matrix of the same examples."""
        x, y = self.centred, other.centred
        examples, width, other_width = len(x), x.shape[1], y.shape[1]
        # The same number from products of features or of examples, whichever are fewer.
        if examples * (width + other_width) < width * other_width:
            gram = x @ x.T
            cross = float(np.vdot(gram, gram if other is self else y @ y.T))
        else:
            cross = float(np.square(x.T @ y).sum())
        squares = float(self.squares @ other.squares)
        return Terms(examples, cross, float(self.squares.sum()), float(other.squares.sum()), squares)


class Sums:
    """What is summed of one matrix, batch by batch.

    first (NDArray): Its first batch, shape (examples, features). All examples are shifted by that batch's mean, so that
        features far from 0 lose no digits.
    """

    def __init__(self, first: NDArray) -> None:
        wide = first.astype(np.float64)
        self.shift: Floats = wide[0] + (wide - wide[0]).mean(0)
        self.total: Floats = np.zeros(first.shape[1])
        self.squares = 0.0
        self.rounding = 0.0

    def add(self, x: NDArray) -> tuple[Floats, Floats]:
        """Add a batch.

        RETURNS (tuple): The shifted examples, and their squared lengths.
        """
        shifted = x.astype(np.float64) - self.shift
        squares: Floats = np.einsum("if,if->i", shifted, shifted)
        self.total += shifted.sum(0)
        self.squares += float(squares.sum())
        self.rounding = max(self.rounding, rounding(x))
        return shifted, squares

    def is_constant(self, examples: int) -> bool:
        """Whether all examples are the same."""
        mean = self.total / examples
        varying = self.squares - examples * float(mean @ mean)
        return is_constant(varying, examples * float(np.square(self.shift + mean).sum()), self.rounding)


class Products:
    """What is summed of two matrices, batch by batch; x and y shifted by any constant.

    cross (Floats): Sum of x_i y_iᵀ, shape (features of x, features of y).
    x_by_squares, y_by_squares (Floats): Sums of ||y_i||² x_i and of ||x_i||² y_i.
    squares (float): Sum of ||x_i||² ||y_i||².
    """

    def __init__(self, width: int, other_width: int) -> None:
        self.cross: Floats = np.zeros((width, other_width))
        self.x_by_squares: Floats = np.zeros(width)
        self.y_by_squares: Floats = np.zeros(other_width)
        self.squares = 0.0

    def add(self, x: Floats, x_squares: Floats, y: Floats, y_squares: Floats) -> None:
        """Add a batch as `Sums.add` gives it."""
        self.cross += x.T @ y
        self.x_by_squares += y_squares @ x
        self.y_by_squares += x_squares @ y
        self.squares += float(x_squares @ y_squares)

    def terms(self, examples: int, xs: Sums, ys: Sums) -> Terms:
        """The sums as if every example had been centred: (x - m)(y - k)ᵀ and ||x - m||² ||y - k||², multiplied out."""
        if xs.is_constant(examples) or ys.is_constant(examples):
            return Terms(examples, 0.0, 0.0, 0.0, 0.0)
        n, m, k = examples, xs.total / examples, ys.total / examples
        mm, kk = float(m @ m), float(k @ k)
        cross = float(np.square(self.cross - n * np.outer(m, k)).sum())
        squares = (
            self.squares
            - 2 * float(self.y_by_squares @ k)
            - 2 * float(self.x_by_squares @ m)
            + 4 * float(m @ self.cross @ k)
            + kk * xs.squares
            + mm * ys.squares
            - 3 * n * mm * kk
        )
        return Terms(n, cross, xs.squares - n * mm, ys.squares - n * kk, squares)


def matrix(x: ArrayLike, name: str) -> NDArray:
    """An array of shape (examples, features), checked; float32 stays float32.

    RAISES (ValueError): For another shape, or numbers that are not finite.
    """
    array = np.asarray(x)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must hold real numbers, got {array.dtype}.")
    if array.ndim != 2 or not array.shape[1]:
        raise ValueError(f"{name} must have shape (examples, features), got {array.shape}.")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds numbers that are not finite.")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def check_examples(counts: Mapping[str, int]) -> int:
    """The number of examples that all matrices have.

    RAISES (ValueError): Where they have not the same.
    """
    if len(set(counts.values())) != 1:
        found = ", ".join(f"{name} {count}" for name, count in counts.items())
        raise ValueError(f"All must have the same number of examples, got {found}.")
    return next(iter(counts.values()))


def check_enough(examples: int, *, debiased: bool) -> None:
    """RAISES (ValueError): For too few examples: the debiased estimator divides by n(n-3)."""
    least, which = (4, "debiased") if debiased else (2, "biased")
    if examples < least:
        raise ValueError(f"The {which} CKA needs at least {least} examples, got {examples}.")


def rounding(x: NDArray) -> float:
    """Relative rounding of a type."""
    return float(np.finfo(x.dtype).eps)


def is_constant(varying: float, offset: float, unit: float) -> bool:
    """Whether examples differ by rounding only.

    varying (float): Sum of squares of the centred examples.
    offset (float): Squared length of their mean, times their number.
    unit (float): Relative rounding of their type.
    """
    return varying <= (UNITS * unit) ** 2 * (max(varying, 0.0) + offset)
