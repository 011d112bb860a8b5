"""Random points: a size for every dimension and a matrix for every variable that has the properties it is declared with.

Different dimensions have different sizes, so that a wrong shape is an error and not luck.  Entries stay away from 0 and from each
other, hence from the kinks of abs, relu, max.  What is declared invertible is well conditioned, its determinant of either sign; a
semidefinite matrix is drawn definite, since a root is not differentiable on the boundary.  Everything follows from the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from random import Random

from matcalc.algebra.dimension import Shape
from matcalc.numeric.matrices import (
    Matrix,
    Real,
    add,
    context,
    entries,
    entrywise,
    filled,
    identity,
    inner,
    multiply,
    scalar,
    scale,
    transpose,
)
from matcalc.syntax.declarations import Variable

SMALLEST, LARGEST = 2, 5
DENOMINATOR = 1 << 20
# What is declared so stays so when it is multiplied by a positive number.
SCALABLE = frozenset("positive nonnegative nonzero symmetric skew diagonal lower upper toeplitz invertible".split()) | {
    "positive definite",
    "positive semidefinite",
    "full rank",
}


def draw(
    variables: Mapping[str, Variable],
    random: Random,
    *,
    dimensions: Iterable[str] = (),
    indices: Iterable[str] = (),
    exponents: Iterable[str] = (),
) -> tuple[dict[str, Matrix], dict[str, int]]:
    """Values of the variables and sizes of the dimensions, those of `dimensions` too.

    `indices` get 1 or 2, which every dimension has; `exponents`, of matrices, get 2 or 3.

    >>> from matcalc.algebra.dimension import ONE, named
    >>> values, sizes = draw({"x": Variable("x", (named("n"), ONE), frozenset({"unit"}))}, Random(1))
    >>> len(values["x"]) == sizes["n"], round(float(sum(t * t for (t,) in values["x"])), 12)
    (True, 1.0)
    """
    names = dict.fromkeys(name for v in variables.values() for d in v.shape for name in sorted(d.names))
    sizes = _sizes([*names, *(name for name in dimensions if name not in names)], variables, random)
    values = {name: scalar(sizes[name]) if name in sizes else _value(v, sizes, random) for name, v in variables.items()}
    values |= {name: scalar(random.randint(1, 2)) for name in indices if name not in sizes}
    values |= {name: scalar(random.randint(2, 3)) for name in exponents if name not in sizes}
    return values, sizes


def _sizes(names: list[str], variables: Mapping[str, Variable], random: Random) -> dict[str, int]:
    """Different sizes from 2 on; even for an invertible skew matrix, since an odd one is singular."""
    even = {
        name
        for variable in variables.values()
        if variable.properties >= {"skew", "invertible"}
        for name in variable.shape[0].names
    }
    pool = list(range(SMALLEST, max(LARGEST, SMALLEST + len(names) - 1 + len(even)) + 1))
    random.shuffle(pool)
    sizes = {}
    for name in sorted(names, key=lambda name: name not in even):
        sizes[name] = pool.pop(next(k for k, size in enumerate(pool) if name not in even or size % 2 == 0))
    return sizes


def _entry(random: Random) -> Real:
    """A number of either sign between 1/8 and 1 in absolute value."""
    size = random.randint(DENOMINATOR // 8, DENOMINATOR)
    return context().mpf(random.choice((-1, 1)) * size) / DENOMINATOR


def _value(variable: Variable, sizes: Mapping[str, int], random: Random) -> Matrix:
    rows, columns = shape_of(variable.shape, sizes)
    told = variable.properties
    free = filled(rows, columns, lambda i, j: _entry(random))
    if rows == columns > 1:
        return _square(free, told, random)
    if told & {"simplex", "positive", "nonnegative"} or (not told and random.random() < 0.5):
        free = entrywise(abs, free)
    if "simplex" in told:
        return scale(1 / context().fsum(entries(free)), free)
    if "unit" in told or "orthogonal" in told:
        return scale(1 / context().sqrt(inner(free, free)), free)
    if told & {"positive definite", "positive semidefinite"}:
        return entrywise(abs, free)
    return free


def shape_of(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    """The numbers of rows and columns."""
    return shape[0].evaluate(dict(sizes)), shape[1].evaluate(dict(sizes))


def _square(free: Matrix, told: frozenset[str], random: Random) -> Matrix:
    n = len(free)
    if "orthogonal" in told:
        return _orthogonal(free, told, random)
    if told & {"positive definite", "positive semidefinite"}:
        if "diagonal" in told:
            return _kept(entrywise(abs, free), lambda i, j: i == j)
        if "toeplitz" in told:
            return filled(n, n, lambda i, j: abs(free[0][abs(i - j)]) + n * (i == j))
        gram = scale(context().mpf(1) / n, multiply(free, transpose(free)))
        made = add(gram, scale(context().mpf(1) / 2, identity(n)))
        return entrywise(abs, made) if "positive" in told and n == 2 else made
    if told & {"positive", "nonnegative"}:
        free = entrywise(abs, free)
    elif "invertible" in told and "skew" not in told:
        free = add(free, filled(n, n, lambda i, j: context().mpf((i == j) * random.choice((-n, n)))))
    elif not told and random.random() < 0.5:
        free = add(free, scale(n, identity(n)))  # near a multiple of I: logm, sqrtm and log(det(X)) exist
    if "symmetric" in told:
        free = scale(context().mpf(1) / 2, add(free, transpose(free)))
    if "skew" in told:
        free = scale(context().mpf(1) / 2, add(free, scale(-1, transpose(free))))
    if "toeplitz" in told:
        free = filled(n, n, lambda i, j: free[max(i - j, 0)][max(j - i, 0)])
    for name, kept in _TRIANGLES.items():
        if name in told:
            free = _kept(free, kept)
    return free


_TRIANGLES: dict[str, Callable[[int, int], bool]] = {
    "diagonal": lambda i, j: i == j,
    "lower":    lambda i, j: i >= j,
    "upper":    lambda i, j: i <= j,
}  # fmt: skip


def _kept(a: Matrix, kept: Callable[[int, int], bool]) -> Matrix:
    return filled(len(a), len(a), lambda i, j: a[i][j] if kept(i, j) else context().mpf(0))


def _orthogonal(free: Matrix, told: frozenset[str], random: Random) -> Matrix:
    """A product of reflections I - 2 v v^T / v^T v; one of them where it is symmetric; signs where it is diagonal."""
    n = len(free)
    if "toeplitz" in told:
        return scale(random.choice((-1, 1)), identity(n))
    if told & {"diagonal", "lower", "upper"}:
        return filled(n, n, lambda i, j: context().mpf((i == j) * random.choice((-1, 1))))
    result = identity(n)
    count = 1 if told & {"symmetric", "positive definite", "positive semidefinite"} else n - random.randint(0, 1)
    for row in free[:count]:
        v = [[entry] for entry in row]
        mirror = scale(-2 / inner(v, v), multiply(v, [row]))
        result = multiply(result, add(identity(n), mirror))
    return result
