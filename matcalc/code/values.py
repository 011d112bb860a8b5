"""Values of a straight-line program: what one array operation gives, numbered so that equal operations are one value.

A value has a rank: 0 for a scalar, 1 for a vector or a row (the same array), 2 for a matrix.  So the transpose of a vector is the
vector.  The operations are those of an array library, not of a target: each target writes down every one of them.

| operation              | operands         | data                | means                                           |
|------------------------|------------------|---------------------|-------------------------------------------------|
| argument               |                  | name                | an array that is given                          |
| index                  |                  | name                | an integer that is given, counted from 1        |
| number, pi             |                  | rational            | a constant                                      |
| size                   |                  | Dimension           | a dimension as an integer                       |
| place                  | an index         |                     | the index as the target counts, from 0 or from 1 |
| ones, zeros            | sizes            |                     | a vector for one size, a matrix for two         |
| eye, basis             | n; n, place      |                     | identity matrix, unit vector                    |
| add                    | terms            | signs               | sum; scalars spread                             |
| multiply               | factors, divisors | coefficient, number of factors | entrywise product and quotient       |
| power                  | base, exponent   |                     | entrywise power                                 |
| matmul                 | A, B             |                     | product of matrices and vectors; of two vectors the number |
| outer                  | u, v             |                     | u v^T                                           |
| solve, inv             | A, B; A          |                     | A^-1 B, A^-1                                    |
| definite_solve         | A, B             |                     | A^-1 B for A positive definite                  |
| cho_solve, cho_inverse | L, B; L          |                     | A^-1 B, A^-1 for A = L L^T, L of the function chol |
| symmetric_inverse      | A                |                     | A^-1 for A symmetric, perhaps definite          |
| chol_if_definite       | A                |                     | L of A = L L^T for A symmetric, none where A is not definite |
| inverse_by, logdet_by, log_det_by | L, A  |                     | A^-1, logdet(A), log(det(A)), L of chol_if_definite |
| integer_power, matrix_power | A, exponent |                     | A^k, k a literal or a value                     |
| scale_rows             | d, A             |                     | diag(d) A                                       |
| scale_columns          | A, d             |                     | A diag(d)                                       |
| swap                   | m, n             |                     | the places p with (Kmat(m,n) v)[k] = v[p[k]]    |
| take, take_columns     | A, p             |                     | rows, columns of A at places p; entries of a vector |
| row, column, entry     | A, places        |                     | parts of a matrix; entry of a vector too        |
| row_sums, column_sums  | A                | how many are added  | A 1, A^T 1                                      |
| dot_entries            | A, B             |                     | the sum of the entries of A .* B                |
| row_dots               | A, B             |                     | the row sums of A .* B                          |
| add_diagonal           | A, d             |                     | A + diag(d); A + d I for a scalar d             |
| transpose              | A                |                     | of a matrix                                     |
| standing               | v                |                     | the vector as a matrix of one column            |
| spread_column, spread_row | v             |                     | the vector as a column, a row, beside matrices over which it spreads |
| repeat_column, repeat_row | v, n          |                     | v 1^T, 1 v^T with n ones                        |
| diagonal_matrix, diagonal | v; A          |                     | diag in its two senses                          |
| vec, vec_rows          | A                |                     | columns stacked; rows stacked, vec(A^T)         |
| unvec, unvec_rows      | v, m, n          |                     | their inverses                                  |
| kron_eye, eye_kron     | C, m             |                     | kron(C, I), kron(I, C), I m x m                 |
| swapped_kron           | A, B             |                     | Kmat(p, m) kron(A, B), A m x n, B p x q         |
| block_rows             | V, L, R          |                     | V khatri_rao(L, R)^T: row i is vec(R diag(V_i) L^T)^T |
| blocks_inner           | B, p, q          |                     | sum of kron(B_i, e_i e_i^T), B_i p x q, row i of B is vec(B_i)^T |
| blocks_outer           | B, p, q          |                     | sum of kron(e_i e_i^T, B_i)                     |
| sigmoid_of_minus       | A                |                     | 1 / (1 + exp(A)), entry by entry                |
| log_det                | A                |                     | log(det(A)), det(A) not formed                  |
| a function's name      | arguments        |                     | that function of algebra/functions.py           |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from matcalc.algebra.dimension import ONE, Dimension
from matcalc.algebra.nodes import Rational
from matcalc.code.walk import parts_first

_MEANS = {"row_sums": "mean_rows", "column_sums": "mean_cols"}

SPREAD = frozenset(["spread_column", "spread_row"])  # a vector that stands for a matrix of equal columns or rows

WIDEST = 12  # terms of one sum, factors of one product; longer ones are made of several


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """The result of one operation: its name, `operands`, own `data` and `rank`."""

    operation: str
    operands: tuple[Value, ...]
    data: Any
    rank: int


Part = TypeVar("Part")


def _groups(parts: Sequence[Part]) -> list[Sequence[Part]]:
    """The parts in their order, as few at a time as one operation may have."""
    return [parts[k : k + WIDEST] for k in range(0, len(parts), WIDEST)]


def _temporaries_first(operands: Sequence[Value]) -> list[Value]:
    """What spreads over others goes last; of three or more matrices those that are computed go before those that are given.

    NumPy writes a result over a temporary matrix that stands on the left: (U V^T - T) .* A .* A takes one new matrix, A .* A .* (...) two.
    """
    whole = sum(value.rank == 2 and value.operation not in SPREAD for value in operands)
    return sorted(
        operands, key=lambda value: (value.operation in SPREAD, whole > 2 and value.rank == 2 and _is_given(value))
    )


def _squares_opened(factors: Sequence[Value]) -> Sequence[Value]:
    """A, A for the square of a given matrix among factors of which one is computed."""
    if not any(value.rank == 2 and not _is_given(value) for value in factors):
        return factors
    opened = (
        [value.operands[0]] * 2 if value.operation == "power" and _is_given(value) else [value] for value in factors
    )
    return [value for one in opened for value in one]


def is_kron(value: Value) -> bool:
    """A Kronecker product of matrices, perhaps with its rows in another order."""
    return value.operation in ("kron", "swapped_kron") and all(operand.rank == 2 for operand in value.operands)


def _is_given(value: Value) -> bool:
    """A matrix that is an argument, its transpose, or its square."""
    if value.operation == "power" and value.rank == 2:
        return value.operands[1].data == 2 and _is_given(value.operands[0])
    return value.operation == "argument" or (value.operation == "transpose" and _is_given(value.operands[0]))


class Values:
    """The values made so far; making one again gives the same object.

    >>> values = Values()
    >>> values.argument("A", 2) is values.argument("A", 2)
    True
    """

    def __init__(self) -> None:
        self._table: dict[tuple[str, tuple[Value, ...], Any], Value] = {}
        self._commuted: dict[tuple[str, tuple[tuple[int, ...], ...], Any], Value] = {}

    def make(self, operation: str, *operands: Value, rank: int, data: Any = None) -> Value:
        """The value of one operation."""
        known = (operation, operands, data)
        found = self._table.get(known)
        if found is None:
            found = self._table[known] = Value(operation, operands, data, rank)
        return found

    def _made_of(self, operation: str, parts: Sequence[Sequence[Value]], data: Any) -> Value:
        """The value of an operation that may take the operands of each part in any order: the order in which it was first made."""
        known = (operation, tuple(tuple(sorted(map(id, part))) for part in parts), data)
        found = self._commuted.get(known)
        if found is None:
            operands = [operand for part in parts for operand in part]
            rank = max(operand.rank for operand in operands)
            found = self._commuted[known] = self.make(operation, *operands, data=data, rank=rank)
        return found

    def argument(self, name: str, rank: int) -> Value:
        """An array that is given."""
        return self.make("argument", data=name, rank=rank)

    def number(self, value: Rational) -> Value:
        """A rational number."""
        return self.make("number", data=Fraction(value), rank=0)

    def size(self, dimension: Dimension) -> Value:
        """A dimension as an integer."""
        value = dimension.value
        return self.number(value) if value is not None else self.make("size", data=dimension, rank=0)

    def filled(self, operation: str, shape: Sequence[Dimension]) -> Value:
        """Ones or zeros: a matrix, or a vector where a dimension is 1."""
        lengths = [self.size(length) for length in shape if length is not ONE]
        return self.make(operation, *lengths, rank=len(lengths))

    def place(self, index: Value) -> Value:
        """An index as a place in an array: a target counts it from 0 or from 1."""
        return self.make("place", index, rank=0)

    def transposed(self, value: Value) -> Value:
        """The transpose: of a matrix that is a transpose, an outer product or an unvec, without making it."""
        if value.rank < 2:
            return value
        if value.operation == "transpose":
            return value.operands[0]
        if value.operation == "outer":
            return self.outer(*reversed(value.operands))
        if value.operation in ("unvec", "unvec_rows"):
            v, m, n = value.operands
            return self.make("unvec_rows" if value.operation == "unvec" else "unvec", v, n, m, rank=2)
        if value.operation in ("eye", "diagonal_matrix"):
            return value
        return self.make("transpose", value, rank=2)

    def multiplied(self, coefficient: Rational, factors: Sequence[Value], divisors: Sequence[Value] = ()) -> Value:
        """coefficient * factors / divisors, entry by entry, scalars first."""
        if not factors and not divisors:
            return self.number(coefficient)
        if divisors:
            factors, divisors = self._means(factors, divisors)
        if coefficient == 1 and len(factors) == 1 and not divisors:
            return factors[0]
        while len(factors) > WIDEST:
            factors = [self.multiplied(1, group) for group in _groups(factors)]
        while len(divisors) > WIDEST:
            divisors = [self.multiplied(1, group) for group in _groups(divisors)]
        above = sorted(_temporaries_first(_squares_opened(factors)), key=lambda value: value.rank > 0)
        if above and above[-1].operation == "outer" and not any(v.rank for v in (*above[:-1], *divisors)):
            # c u v^T = (c u) v^T, c 1 v^T = 1 (c v)^T
            u, v = above[-1].operands
            if u.operation == "ones":
                return self.outer(u, self.multiplied(coefficient, [*above[:-1], v], divisors))
            return self.outer(self.multiplied(coefficient, [*above[:-1], u], divisors), v)
        if above and is_kron(above[-1]) and not any(v.rank for v in (*above[:-1], *divisors)):
            # c kron(A, B) = kron(c A, B)
            a, b = above[-1].operands
            scaled = self.multiplied(coefficient, [*above[:-1], a], divisors)
            return self.make(above[-1].operation, scaled, b, rank=2)
        below = sorted(divisors, key=lambda value: value.rank > 0)
        return self._made_of("multiply", [above, below], (Fraction(coefficient), len(above)))

    def _means(self, factors: Sequence[Value], divisors: Sequence[Value]) -> tuple[list[Value], list[Value]]:
        """Factors and divisors in which A 1 / n with n ones is the mean of the columns of A."""
        out, rest = list(factors), list(divisors)
        for place, value in enumerate(factors):
            size = next((d for d in rest if d.operation == "size" and d.data == value.data), None)
            if value.operation in _MEANS and size is not None:
                rest.remove(size)
                out[place] = self.make(_MEANS[value.operation], *value.operands, rank=1)
        return out, rest

    def negated(self, value: Value) -> Value:
        """-value, the sign in the coefficient of what is a product."""
        if value.operation != "multiply":
            return self.multiplied(-1, [value])
        coefficient, count = value.data
        return self.multiplied(-coefficient, value.operands[:count], value.operands[count:])

    def added(self, terms: Sequence[tuple[int, Value]]) -> Value:
        """The sum of sign * term; those with a plus first, matrices before scalars."""
        while len(terms) > WIDEST:
            terms = [(1, self.added(group)) if len(group) > 1 else group[0] for group in _groups(terms)]
        if len(terms) == 1:
            return self.multiplied(terms[0][0], [terms[0][1]])
        places = {value: k for k, value in enumerate(_temporaries_first([value for _, value in terms]))}
        ordered = sorted(terms, key=lambda term: (term[0] < 0, term[1].rank == 0, places[term[1]]))
        plus = [value for sign, value in ordered if sign > 0]
        minus = [value for sign, value in ordered if sign < 0]
        return self._made_of("add", [plus, minus], (1,) * len(plus) + (-1,) * len(minus))

    def matmul(self, left: Value, right: Value) -> Value:
        """The product of two arrays of rank 1 or 2; v^T A and A^T v are one value, written as it was first met.

        V khatri_rao(L, R)^T has a name of its own: its rows are vec(R diag(V_i) L^T)^T.
        """
        if left.rank == right.rank == 1 and "ones" in (left.operation, right.operation):
            vector, summing = (left, right) if right.operation == "ones" else (right, left)
            return self.row_sums(vector, summing.operands[0])
        turned = right.operands[0] if right.operation == "transpose" else right
        if left.rank == 2 and right is not turned is not left and turned.operation == "khatri_rao":
            return self.make("block_rows", left, *turned.operands, rank=2)
        if left.rank == 1 and right.rank == 2:
            left, right = self._as_met(left, right, self.transposed(right), left)
        elif left.rank == 2 and right.rank == 1:
            left, right = self._as_met(left, right, right, self.transposed(left))
        return self.make("matmul", left, right, rank=left.rank + right.rank - 2)

    def _as_met(self, left: Value, right: Value, *other: Value) -> tuple[Value, Value]:
        met = self._table.get(("matmul", other, None))
        return (met.operands[0], met.operands[1]) if met is not None else (left, right)

    def dot_entries(self, left: Value, right: Value) -> Value:
        """The sum of the products of the entries of two arrays of one shape."""
        if left.rank == 1:
            return self.matmul(left, right)
        return self.make("dot_entries", left, right, rank=0)

    def outer(self, left: Value, right: Value) -> Value:
        """u v^T."""
        return self.make("outer", left, right, rank=2)

    def row_sums(self, value: Value, count: Value) -> Value:
        """A 1, of A^T the column sums of A, with `count` ones; of a vector its sum, 1^T 1 = n."""
        if value.rank == 1:
            return count if value.operation == "ones" else self.make("sum", value, rank=0)
        if value.operation == "transpose":
            return self.make("column_sums", value.operands[0], rank=1, data=count.data)
        return self.make("row_sums", value, rank=1, data=count.data)

    def column_sums(self, value: Value, count: Value) -> Value:
        """A^T 1, of A^T the row sums of A, with `count` ones."""
        if value.operation == "transpose":
            return self.make("row_sums", value.operands[0], rank=1, data=count.data)
        return self.make("column_sums", value, rank=1, data=count.data)

    def solve(self, matrix: Value, right: Value) -> Value:
        """matrix^-1 right."""
        return self.make("solve", matrix, right, rank=right.rank)

    def inverse(self, matrix: Value) -> Value:
        """matrix^-1, the transpose outside: inv(A.T) is inv(A).T."""
        if matrix.operation == "transpose":
            return self.transposed(self.inverse(matrix.operands[0]))
        return self.make("inv", matrix, rank=2)


def order(results: Sequence[Value]) -> Iterator[Value]:
    """Every value below `results`, each once, operands first."""
    return parts_first(results, lambda value: value.operands)
