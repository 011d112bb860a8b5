"""Whatever the constructors make is printed as a text that reads back to the same expression."""

from __future__ import annotations

import random
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from matcalc.algebra import calls, declared, entries, entrywise, kronecker, leaves, products, sums, transposes
from matcalc.algebra.dimension import ONE
from matcalc.algebra.leaves import is_zero, number
from matcalc.algebra.nodes import Abstract, Node
from matcalc.algebra.walks import postorder
from matcalc.errors import LimitError, MatcalcError, ShapeError
from matcalc.syntax.printing import ascii_text, unicode_text
from matcalc.syntax.raising import written
from tests.syntax.meaning import DECLARED, expanded, meant, n

LEAVES = [
    *(meant(name) for name in "s t k lambda x y u v b c r q A B H W Q S X pi n".split()),
    *map(meant, ["m*n", "2", "1/2", "-3", "0.3", "ones(n)", "ones(m)", "ones(m, n)", "I(n)", "I(m)", "Kmat(m, n)"]),
    *map(meant, ["unit(i, j, m, n)", "e(i, n)"]),
]
FUNCTIONS = {name: Abstract(name, f.arguments, f.result, f.kind) for name, f in DECLARED.functions.items()}
COEFFICIENTS = [1, 1, -1, -1, 2, -3, Fraction(1, 2), Fraction(-2, 3)]
EXPONENTS = [number(Fraction(e)) for e in ("2", "3", "-1", "-2", "1/2", "-1/2", "3/2")]


def grown(draw: random.Random, pool: list[Node]) -> Node:
    """A new expression made of those in `pool` by one operation; ShapeError where it does not fit."""
    a = draw.choice(pool)
    alike = [each for each in pool if each.shape == a.shape]
    scalar = draw.choice([each for each in pool if each.is_scalar])
    match draw.randrange(16):
        case 0 | 1 | 2:
            return sums.add([(draw.choice(COEFFICIENTS), draw.choice(alike)) for _ in range(draw.choice([1, 2, 2, 3]))])
        case 3 | 4 | 5:
            return products.product([a, draw.choice([each for each in pool if each.shape[0] is a.shape[1]] or [a])])
        case 6:
            return entrywise.hadamard([a, draw.choice(alike)])
        case 7:
            return entrywise.divide(draw.choice(alike), a)
        case 8:
            return transposes.transpose(a)
        case 9:
            return products.scaled(entrywise.power(scalar, draw.choice([leaves.ONE, *EXPONENTS])), a)
        case 10:
            return entrywise.power(a, draw.choice([*EXPONENTS, meant("s")]))
        case 11:
            name = draw.choice("exp log sin tanh sigmoid relu abs".split())
            return calls.call(name, [a])
        case 12:
            name = draw.choice("tr det logdet inv expm adj sum norm vec norm_1 pinv diag".split())
            return calls.call(name, [transposes.transpose(a) if a.is_row else a]) if not a.is_scalar else a
        case 13:
            return kronecker.product(a, draw.choice(pool))
        case 14:
            other = draw.choice([leaves.zero(a.shape), draw.choice(alike)])
            return draw.choice(
                [calls.call("maximum", [a, other]), declared.slope(FUNCTIONS["phi"], [a], [draw.choice(alike)])]
            )
        case _:
            if a.shape != (n, ONE):
                return entries.entry(a, leaves.index("i"), leaves.index("j")) if a.is_matrix else a
            h, g = FUNCTIONS["h"], FUNCTIONS["g"]
            direction = draw.choice(alike)
            return draw.choice(
                [
                    declared.apply(h, [a]),
                    declared.slope(h, [a], [direction]),
                    declared.jacobian(h, [a]),
                    declared.gradient(g, [a]),
                    declared.apply(FUNCTIONS["F"], [a, meant("b")]),
                    entries.entry(a, leaves.index("i"), number(1)),
                ]
            )


@given(st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_text_reads_back_to_the_same_expression(draw: random.Random) -> None:
    pool = list(LEAVES)
    for _ in range(draw.randint(3, 14)):
        try:
            node = grown(draw, pool + pool[len(LEAVES) :] * 4)
        except (ShapeError, LimitError, ZeroDivisionError):
            continue
        if node.weight < 200 and not any(map(is_zero, postorder(node))):
            pool.append(node)
    node = pool[-1]
    for show in (ascii_text, unicode_text):
        shown = show(written(node, DECLARED.variables))
        try:
            assert expanded(meant(shown)) is expanded(node), shown
        except MatcalcError as error:
            raise AssertionError(f"{shown!r} is refused: {error}") from None
