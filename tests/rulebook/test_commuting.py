"""Patterns among factors and terms that commute are looked for in few steps."""

from __future__ import annotations

import pytest

from matcalc.rulebook import commuting, matching
from matcalc.rulebook.commuting import pairs_of, terms_among
from matcalc.rulebook.matching import matches
from matcalc.rulebook.rule import NOWHERE
from tests.rule_words import node_of


def test_two_letters_are_no_product_of_three_and_none_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """x .* y of n factors would be n^2 tries."""
    tried: list[object] = []
    monkeypatch.setattr(commuting, "_factor", lambda *given: tried.append(given) or iter(()))
    expression = node_of(" .* ".join(f"u{k}" for k in range(9)), "; ".join(f"u{k}: s" for k in range(9)))
    assert not list(matches(node_of("x .* y", "x, y: n"), expression, NOWHERE))
    assert not tried
    assert not list(matches(node_of("x .* exp(y)", "x, y: n"), expression, NOWHERE))
    assert len(tried) == 9  # exp(y) is none of them


def test_a_pair_in_a_long_sum_is_looked_for_in_steps_by_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    """exp(X) + exp(-X): once X is known the other term is one expression, so n terms are tried in about n steps, not n^2."""
    tried: list[object] = []
    plain = matching.matches

    def counting(*given: object) -> object:
        tried.append(given)
        return plain(*given)

    monkeypatch.setattr(matching, "matches", counting)
    pattern = node_of("exp(A) + exp(-A)", "A: m x n")
    counts = []
    for n in (20, 80):
        names = [f"a{k}" for k in range(n)]
        node = node_of(" + ".join(f"exp({name})" for name in names), ", ".join(names) + ": s")
        tried.clear()
        assert not list(terms_among(pairs_of(pattern), pairs_of(node), NOWHERE, None))
        counts.append(len(tried))
    assert 0 < counts[1] <= 5 * counts[0]


def test_terms_whose_coefficients_do_not_fit_are_counted_once() -> None:
    """x^T x - 2 x^T y + y^T y among n terms with coefficient 1: the terms are read a fixed number of times, not n times."""
    pattern = node_of("x^T x - 2 x^T y + y^T y", "x, y: n")

    class Read(list):
        """A list that counts the terms that are read from it."""

        count = 0

        def __iter__(self):
            for term in super().__iter__():
                Read.count += 1
                yield term

        def __getitem__(self, key):
            found = super().__getitem__(key)
            Read.count += len(found) if isinstance(key, slice) else 1
            return found

    for n in (20, 80):
        names = [f"A{k}" for k in range(n)]
        node = node_of(" + ".join(f"x^T {name} x" for name in names), f"x: n; {', '.join(names)}: n x n")
        Read.count = 0
        assert not list(terms_among(pairs_of(pattern), Read(pairs_of(node)), NOWHERE, None))
        assert n <= Read.count <= 4 * n
