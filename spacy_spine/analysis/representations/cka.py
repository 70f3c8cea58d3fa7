"""Linear CKA: how alike two representations of the same examples are, whole or streamed over mini-batches."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .terms import Products, Sums, Terms, Whole, check_enough, check_examples, matrix, ratio

K = TypeVar("K", bound=Hashable)


def linear_cka(x: ArrayLike, y: ArrayLike, *, debiased: bool = False) -> float:
    """Linear centred kernel alignment of two representations of the same examples.

    Biased: ||XᵀY||²_F / (||XᵀX||_F ||YᵀY||_F), features centred (Kornblith et al. 2019, section 3). It is high even
    for independent representations where features are not much fewer than examples. Debiased: HSIC_1 (Song et al. 2007,
    eq. 4; for CKA Nguyen et al. 2021, eq. 3) in place of each of the three norms. Its mean is about 0 for independent
    representations, and it can be below 0.

    x, y (ArrayLike): Arrays of shape (examples, features); their numbers of features may differ.
    debiased (bool): Which of the two.
    RETURNS (float): At most 1, and 1 for what differs by a rotation, a scale and a shift. NaN where it is undefined:
        where one of the two is the same for all examples (up to the rounding of its type), or, debiased, where all
        examples are equally far from each other.
    RAISES (ValueError): For other shapes, numbers that are not finite, or fewer than 2 (debiased: 4) examples.
    """
    first, second = matrix(x, "x"), matrix(y, "y")
    check_enough(check_examples({"x": len(first), "y": len(second)}), debiased=debiased)
    xs, ys = Whole(first), Whole(second)
    return ratio(xs.terms(ys), xs.terms(xs), ys.terms(ys), debiased=debiased)


class LinearCKA:
    """Linear CKA, streamed: exactly the value of `linear_cka` over all examples together, not a mean over batches.

    It keeps 8 (x² + y² + x y) bytes for x and y features, whatever the number of examples.
    """

    def __init__(self) -> None:
        self._table: LinearCKAs[str] = LinearCKAs([("x", "y")])

    @property
    def examples(self) -> int:
        """How many examples were added."""
        return self._table.examples

    def update(self, x: ArrayLike, y: ArrayLike) -> None:
        """Add a mini-batch.

        x, y (ArrayLike): Arrays of shape (examples, features), the same examples in the same order.
        RAISES (ValueError): For other shapes than before, or numbers that are not finite; nothing is added then.
        """
        self._table.update({"x": x, "y": y})

    def value(self, *, debiased: bool = False) -> float:
        """The CKA of all that was added, see `linear_cka`."""
        return self._table.value("x", "y", debiased=debiased)


class LinearCKAs(Generic[K]):
    """Linear CKA of many pairs of matrices over the same examples, streamed. Pairs share what a matrix has alone.

    It keeps one product a pair and one a matrix, of features × features; or, where the number of examples is known
    beforehand and that takes less memory, the examples as they come. The values are the same.

    pairs (Iterable[tuple]): Names of the two matrices of each pair.
    examples (int): How many examples there will be, 0 where that is not known.
    """

    def __init__(self, pairs: Iterable[tuple[K, K]], *, examples: int = 0) -> None:
        self.pairs = tuple(dict.fromkeys(pairs))
        self.names = tuple(dict.fromkeys(name for pair in self.pairs for name in pair))
        self.examples = 0
        self._announced = examples
        self._products: dict[tuple[K, K], Products] = {}
        self._sums: dict[K, Sums] = {}
        self._rows: dict[K, list[NDArray]] = {}
        self._widths: dict[K, int] = {}
        self._terms: dict[tuple[K, K], Terms] = {}

    def update(self, batch: Mapping[K, ArrayLike]) -> None:
        """Add a mini-batch.

        batch (Mapping): Array of shape (examples, features) by name of the matrix, the same examples in all.
        RAISES (ValueError): For a matrix that is missing, other shapes than before, or numbers that are not finite;
            nothing is added then.
        """
        arrays = {name: matrix(batch[name], str(name)) for name in self.names if name in batch}
        if len(arrays) < len(self.names):
            raise ValueError(f"The mini-batch lacks {', '.join(str(n) for n in self.names if n not in arrays)}.")
        examples = check_examples({str(name): len(array) for name, array in arrays.items()})
        for name, width in self._widths.items():
            if arrays[name].shape[1] != width:
                raise ValueError(f"{name} had {width} features before, got {arrays[name].shape[1]}.")
        if not examples:
            return
        if not self._widths:
            self._start(arrays)
        self.examples += examples
        self._terms.clear()
        if self._rows:
            for name, array in arrays.items():
                self._rows[name].append(array.copy())
        else:
            shifted = {name: self._sums[name].add(array) for name, array in arrays.items()}
            for (a, b), products in self._products.items():
                products.add(*shifted[a], *shifted[b])

    def value(self, a: K, b: K, *, debiased: bool = False) -> float:
        """The CKA of one of the pairs over all that was added, see `linear_cka`.

        RAISES (ValueError): For too few examples, or a pair that is not one of those wanted.
        """
        if (a, b) not in self.pairs:
            raise ValueError(f"{a} and {b} are not one of the pairs.")
        check_enough(self.examples, debiased=debiased)
        for pair in ((a, b), (a, a), (b, b)):
            if pair not in self._terms:
                self._terms[pair] = self._compute(*pair)
        return ratio(self._terms[a, b], self._terms[a, a], self._terms[b, b], debiased=debiased)

    def _start(self, arrays: Mapping[K, NDArray]) -> None:
        """Choose what to keep, now that the numbers of features are known."""
        self._widths = {name: array.shape[1] for name, array in arrays.items()}
        kept = [*self.pairs, *((name, name) for name in self.names if (name, name) not in self.pairs)]
        products = 8 * sum(self._widths[a] * self._widths[b] for a, b in kept)
        if 0 < self._announced * sum(array[0].nbytes for array in arrays.values()) < products:
            self._rows = {name: [] for name in self.names}
        else:
            self._sums = {name: Sums(array) for name, array in arrays.items()}
            self._products = {(a, b): Products(self._widths[a], self._widths[b]) for a, b in kept}

    def _compute(self, a: K, b: K) -> Terms:
        if not self._rows:
            return self._products[a, b].terms(self.examples, self._sums[a], self._sums[b])
        first = Whole(np.concatenate(self._rows[a]))
        return first.terms(first if a == b else Whole(np.concatenate(self._rows[b])))
