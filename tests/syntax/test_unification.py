"""Equations of dimensions: what is solved, what is refused, what waits."""

from __future__ import annotations

import pytest

from matcalc.algebra.dimension import ONE, constant, named
from matcalc.errors import MatcalcError, ShapeError
from matcalc.syntax.unification import Dimensions


def test_rigid_names_are_never_equal() -> None:
    known = Dimensions()
    k = known.unknown()
    assert known.unify(k, named("n"))
    assert not known.unify(k, named("m"))
    assert not known.unify(known.unknown(), ONE)
    assert not known.unify(named("m") * named("n"), named("p") * named("q"))


def test_no_unknown_becomes_one() -> None:
    known = Dimensions()
    j, k = known.unknown(), known.unknown()
    assert not known.unify(j, known.times(j, k))
    assert not known.unify(known.times(j, named("n")), named("n"))


def test_a_common_factor_is_cancelled() -> None:
    known = Dimensions()
    k = known.unknown()
    assert known.unify(known.times(k, named("n")), named("n") * named("p"))
    assert known.found(k) is named("p")
    assert known.unify(known.times(known.unknown(), constant(2)), constant(6))


def test_an_equation_of_products_waits_until_more_is_known() -> None:
    known = Dimensions()
    j, k = known.unknown(), known.unknown()

    def refuse(left: object, right: object) -> MatcalcError:
        return ShapeError(f"{left} is not {right}")

    assert known.unify(known.times(j, k), named("m") * named("n"), refuse)
    with pytest.raises(ShapeError):
        known.settle()
    assert known.unify(known.times(j, k), named("m") * named("n"), refuse)
    assert known.unify(j, named("n"))
    known.settle()
    assert known.found(k) is named("m")
