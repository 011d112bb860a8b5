"""Random points at which expressions are compared, in doubles (fast) or with 50 digits (exact).

Points are drawn with numeric/points under the declared properties, sizes distinct, only where f and the truth have a value.  What
is declared without properties gets either sign from point to point, so that |x| and x, log det and log |det| are told apart; indices
get 1 and 2 in turn: 2^t points have all values of t indices, neighbours differ at the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

from matcalc.algebra.nodes import MatrixPower, Node, Number, Sum
from matcalc.algebra.walks import postorder, symbols
from matcalc.errors import EvaluationError
from matcalc.numeric.matrices import GUARD, Matrix, add, context, doubles, entries, entrywise, finer, largest, scale
from matcalc.numeric.node_values import Point
from matcalc.numeric.points import SCALABLE, draw
from matcalc.syntax.declarations import Variable

DRAWS = 40  # for one point with a value
CLOSE = 1e-8  # relative error of doubles that counts as none
DIGITS = 30  # that agree at an exact point; what is equal agrees to about 50
MOST = 50
NOTHING = 1e-12  # in doubles
ROUNDING = 1e-45  # with 50 digits what is 0 may be as large; with more digits only what is not 0 stays so
FINER = 4  # times that more digits are tried
FINEST = 5000  # digits
PLAIN = 8  # points; at later ones the names have sizes far apart, so that w^T x + b gets the sign of either
MOST_NAMES = 2  # that get values in proportion to the constants in turn; others at random
SCALES = (0.25, 1, 4)  # and the constants in the expressions, so that x - 40 gets either sign
BEYOND = 8  # times a constant is any number that is drawn more than it
LARGEST = 8e4  # that a point is scaled by
HELD = Fraction(10) ** 300
FAR = 100  # times what is drawn: there one term may be all that is seen of a sum
HUGE = 1e6  # times the truth is no value that a formula has at a random point

Drawn = tuple[dict[str, Matrix], dict[str, int]]
Change = Callable[[Drawn, Random], Drawn]


def constants(roots: Sequence[Node]) -> set[float]:
    """The numbers that stand in the expressions, without their signs; none that doubles do not hold."""
    found: set[Fraction] = set()
    for part in postorder(*roots):
        if type(part) is Number:
            found.add(abs(Fraction(part.data)))
        elif type(part) is Sum:
            found.update(abs(Fraction(c)) for c in part.data)
    return {float(c) for c in found if 1 / HELD < c < HELD}


def _sizes_of_constants(roots: Sequence[Node]) -> tuple[list[float], list[float]]:
    """Some times the constants that stand in the expressions, or their inverses, so that a drawn value falls on either side of them;
    and the inverses of what is far from 1: exp(-1000 x^2) is 0 to any number of digits but for small x."""
    sizes = sorted(BEYOND * size for size in {max(c, 1 / c) for c in constants(roots)} if size > 1)
    return [size for size in sizes if size <= LARGEST], [1 / size for size in sizes if size > FAR]


class Points:
    """The points number 0, 1, 2 ... where all of `roots` have a value, in doubles; `exactly` gives the same with 50 digits.

    Expressions `also` evaluated there may have dimensions of their own.  `change` makes of each drawn point
    another one: with a property more, with other sizes.  Where the first of the two `sane` expressions has no value, or a huge one
    beside the second, no point is.
    """

    def __init__(
        self,
        variables: Mapping[str, Variable],
        roots: Sequence[Node],
        *,
        also: Sequence[Node] = (),
        indices: frozenset[str] = frozenset(),
        change: Change | None = None,
        sane: tuple[Node, Node] | None = None,
        like: Points | None = None,
        arithmetic: Callable[[], AbstractContextManager[None]] = doubles,
    ) -> None:
        self.variables = variables
        self.roots = roots
        self.also = also
        self.indices = indices
        self.change = change
        self.sane = sane
        self.like = like
        self.arithmetic = arithmetic  # the context in which all is evaluated here
        self._points: dict[int, tuple[Point, int]] = {}  # and the number of the draw that it is
        self._none: EvaluationError | None = None  # where a point was looked for and none found, no other is looked for
        self._dimensions = sorted(
            {name for part in postorder(*roots, *also) for side in part.shape for name in side.names}
        )
        self._exponents = {
            part.data
            for power in postorder(*roots, *also)
            if type(power) is MatrixPower
            for part in symbols(power.children[1])
        }
        large, self.far = _sizes_of_constants([*roots, *also])
        self._scales = (*SCALES, *large, *self.far)
        self._scaled = [name for name, v in variables.items() if v.properties and v.properties <= SCALABLE]
        self._untold = [name for name, v in variables.items() if not v.properties and name not in self._exponents]

    def exactly(self) -> Points:
        """The same points with 50 digits."""
        return self._in(nullcontext)

    def _in(self, arithmetic: Callable[[], AbstractContextManager[None]]) -> Points:
        change = self.change
        return Points(
            self.variables,
            self.roots,
            also=self.also,
            indices=self.indices,
            change=change,
            like=self,
            arithmetic=arithmetic,
        )

    @property
    def exact(self) -> bool:
        """Whether this is with 50 digits."""
        return self.like is not None

    def point(self, k: int) -> Point:
        """The k-th point; EvaluationError if none is found."""
        return self._found(k)[0]

    def _found(self, k: int) -> tuple[Point, int]:
        found = self._points.get(k)
        if self._none is not None:
            raise self._none
        if found is None:
            if self.like is not None:
                _, number = self.like._found(k)
                with self.arithmetic():
                    found = self._drawn(k, number), number
            else:
                with self.arithmetic():
                    found = self._searched(k)
            self._points[k] = found
        return found

    def _searched(self, k: int) -> tuple[Point, int]:
        trouble = EvaluationError("f has no value")
        for number in range(DRAWS):
            try:
                point = self._drawn(k, number)
                for root in self.roots:
                    point.value(root)
                if self.sane is None or _is_sane(point, *self.sane):
                    return point, number
                trouble = EvaluationError("a matrix is singular there")
            except EvaluationError as error:
                trouble = error
        kinds = "symmetric, positive definite" if "symmetric" in trouble.message else "positive, invertible"
        hint = f"declare where f is defined: {kinds}"
        self._none = EvaluationError(f"no point to compare at: {trouble.message}", hint=hint)
        raise self._none

    def _drawn(self, k: int, number: int) -> Point:
        random = Random(1000 * k + number)
        values, sizes = draw(self.variables, random, dimensions=self._dimensions, exponents=self._exponents)
        if number % 2 == 0:
            for place, name in enumerate(self._untold):
                factor, value = self._scale(k, place, random), values[name]
                value = entrywise(abs, value) if len(value) == len(value[0]) == 1 else value
                values[name] = scale(-factor if k >> place % 3 & 1 else factor, value)
            for name in self._scaled if k >= PLAIN else ():
                values[name] = scale(random.choice(self._scales), values[name])
        for place, name in enumerate(sorted(self.indices)):
            values[name] = [[context().mpf(1 + (k >> place & 1 ^ place & 1))]]
        if self.change is not None:
            values, sizes = self.change((values, sizes), random)
        return Point(values, sizes)

    def _scale(self, k: int, place: int, random: Random) -> float:
        """What the value of the name at this place is multiplied by: where constants are far from 1, each size in turn, with both signs."""
        if k < PLAIN:
            return 1
        turn, of_scale = divmod((k - PLAIN) // 2, len(self._scales))
        return self._scales[of_scale] if self.far and turn == place else random.choice(self._scales)

    @property
    def telling(self) -> int:
        """How many points it takes until names have had values as large, and as small, as the constants in the expressions."""
        return PLAIN + 2 * len(self._scales) * min(len(self._untold), MOST_NAMES) if self.far else 0

    def value(self, node: Node, k: int = 0) -> Matrix | None:
        """The value at the k-th point; None where there is none."""
        point = self.point(k)
        try:
            with self.arithmetic():
                return point.value(node)
        except EvaluationError:
            return None

    def sane_value(self, node: Node, beside: Node, k: int = 0) -> bool:
        """Whether `node` has a value at the k-th point, and not a huge one beside another expression's."""
        point = self.point(k)
        try:
            with self.arithmetic():
                return _is_sane(point, node, beside)
        except EvaluationError:
            return False

    def digits(self, left: Node, right: Node, k: int = 0) -> int:
        """How many digits of two expressions agree at the k-th point; 0 if one has no value or another shape."""
        a, b = self.value(left, k), self.value(right, k)
        if a is None or b is None or (len(a), len(a[0])) != (len(b), len(b[0])):
            return 0
        with self.arithmetic():
            error, size = largest(add(a, scale(-1, b))), max(largest(a), largest(b))
            if error == 0 or (size < NOTHING and not self.exact):
                return MOST
            if size >= ROUNDING or not self.exact:
                return _agreeing(error, size)
        return self._finely(left, right, k, size)

    def _finely(self, left: Node, right: Node, k: int, size: Any) -> int:
        """How many digits of two expressions agree, the larger of which is `size` with 50 digits: nearly 0.

        With as many digits more as it is small, what was rounding is smaller still, and what has a value has it.
        """
        for _ in range(FINER):
            digits = DIGITS + GUARD + _digits_of(1 / size)
            if digits > FINEST:
                break
            finely = self._in(partial(finer, digits))
            error, now = finely._difference(left, right, k)
            if now >= size * ROUNDING**0.5:
                return _agreeing(error, now)
            if now == 0:
                break
            size = now
        return MOST

    def _difference(self, left: Node, right: Node, k: int) -> tuple[Any, Any]:
        """The largest entry of the difference of two expressions, which have values of one shape, and of themselves."""
        values = [value for value in (self.value(node, k) for node in (left, right)) if value is not None]
        with self.arithmetic():
            return largest(add(values[0], scale(-1, values[-1]))), max(map(largest, values))

    def equal(self, left: Node, right: Node, k: int = 0) -> bool:
        """Whether two expressions are equal at the k-th point, to rounding."""
        return self.digits(left, right, k) >= (DIGITS if self.exact else 8)

    def flat(self, node: Node, k: int = 0) -> list[float] | None:
        """vec of the value, for arithmetic with several of them."""
        value = self.value(node, k)
        return None if value is None else entries(value)


def _agreeing(error: Any, size: Any) -> int:
    """How many digits of a number of this size are right."""
    return MOST if error == 0 else max(0, min(MOST, _digits_of(size / error)))


def _digits_of(number: Any) -> int:
    return int(context().log10(number))


def _is_sane(point: Point, node: Node, beside: Node) -> bool:
    # the inverse of a matrix that is singular but for rounding is huge
    return bool(largest(point.value(node)) <= HUGE * (1 + largest(point.value(beside))))


def ratio(left: list[float], right: list[float]) -> float | None:
    """The r with left = r right; None if there is none, or if both are 0."""
    if len(left) != len(right):
        return None
    at = max(range(len(right)), key=lambda i: abs(right[i]))
    size = max(map(abs, left))
    if right[at] == 0 or size == 0:
        return None
    r = left[at] / right[at]
    off = max(abs(x - r * y) for x, y in zip(left, right, strict=True))
    return r if off <= CLOSE * size else None
