"""The book answers which rule is about an expression, by head and argument kinds, and refuses with the reason it was given."""

from __future__ import annotations

import pytest

from matcalc.algebra import nodes, walks
from matcalc.algebra.functions import FUNCTIONS
from matcalc.algebra.leaves import direction, symbol
from matcalc.algebra.traversal import substitute
from matcalc.errors import UnsupportedError
from matcalc.rulebook.in_force import book
from tests.rule_words import node_of, text_of


@pytest.mark.parametrize(
    ("expression",               "where",                   "after"),
    [
        ("exp(A x)",             "",                        "exp(A x) .* H"),
        ("tanh(t)",              "t: scalar",               "(1 - tanh(t)^2) H"),
        ("inv(A B)",             "A: n x m; B: m x n",      "-(A B)^-1 H (A B)^-1"),
        ("det(X)",               "",                        "det(X) tr(X^-1 H)"),
        ("||X||_F",              "",                        "tr(X^T H) / ||X||_F"),
        ("||x||_2",              "",                        "x^T H / ||x||_2"),
        ("||x||_1",              "",                        "sign(x)^T H"),
        ("x.^3",                 "",                        "3 x.^2 .* H"),
        ("c^k",                  "c, k: scalar",            "c^(k - 1) k H + c^k log(c) K"),
        ("c^(1/2)",              "c: scalar",               "H/(2 sqrt(c))"),
        ("max(a, b)",            "a, b: n",                 "(1 - step(b - a)) .* H + step(b - a) .* K"),
        ("softmax(x)",           "",                        "softmax(x) .* H - softmax(x)^T H softmax(x)"),
    ],
)  # fmt: skip
def test_a_rule_is_instantiated_with_the_sizes_of_the_call(expression: str, where: str, after: str) -> None:
    node = node_of(expression, where)
    rule = book().derivative(node)
    assert rule is not None
    directions = [direction("HK"[k], child.shape) for k, child in enumerate(node.children[: len(rule.directions)])]
    assert text_of(rule.at(node, directions)) == after


@pytest.mark.parametrize(
    ("expression",  "where",        "conditions"),
    [
        ("log(A x)",  "",           [("A x", "positive")]),
        ("x.^3",      "",           []),
        ("x.^-1",     "",           []),
        ("c^k",       "c, k: scalar", [("c", "positive")]),
        ("x.^(1/3)",  "",           [("x", "positive")]),
        ("inv(A B)",  "A: n x m; B: m x n", [("A B", "invertible")]),
        ("max(a, b)", "a, b: n",    [("a - b", "nonzero")]),
    ],
)  # fmt: skip
def test_conditions_are_said_of_the_arguments(expression: str, where: str, conditions: list[tuple[str, str]]) -> None:
    node = node_of(expression, where)
    rule = book().derivative(node)
    assert rule is not None
    assert [(text_of(what), word) for what, word in rule.conditions_at(node)] == conditions


def test_an_exponent_that_moves_needs_the_rule_with_two_directions() -> None:
    node = node_of("c^k", "c, k: scalar")
    one, two = book().derivative(node, (0,)), book().derivative(node, (1,))
    assert one is not None
    assert two is not None
    assert (len(one.directions), len(two.directions)) == (1, 2)


def test_every_function_has_a_rule_or_says_why_not() -> None:
    """Closure over the table of functions; inv, sqrt and dot are powers and products."""
    assert set(FUNCTIONS) - book().functions() == set()


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("D2_expm(X, A, A)",     "no derivative of D2_expm: it would be the third derivative of expm"),
        ("D2_power(X, k, A, A)", "no derivative of D2_power: it would be the third derivative of a symbolic power"),
        ("J2_power(X, k, A)",    "no derivative of J2_power"),
    ],
)  # fmt: skip
def test_unsupported_lines_are_errors_with_their_reason(expression: str, said: str) -> None:
    with pytest.raises(UnsupportedError) as refused:
        book().derivative(node_of(expression, "A, X: n x n; k: scalar"))
    assert str(refused.value).startswith(said)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("expression",        "slots"),
    [
        ("tr(X)",            (0,)),
        ("diag(x)",          (0,)),
        ("A ⊗ B",            (0, 1)),
        ("khatri_rao(A, B)", (0, 1)),
        ("D_expm(A, B)",     (1,)),
        ("det(X)",           ()),
        ("X^T",              ()),
    ],
)  # fmt: skip
def test_linear_slots(expression: str, slots: tuple[int, ...]) -> None:
    assert book().linear_slots(node_of(expression)) == slots


@pytest.mark.parametrize(
    ("expression",     "slot", "after"),
    [
        ("sum(X)",      0,     "Y ones(m, n)"),
        ("sum(x)",      0,     "Y ones(n)"),
        ("tr(X)",       0,     "Y I(n)"),
        ("diag(x)",     0,     "diag(Y)"),
        ("diag(X)",     0,     "diag(Y)"),
        ("vec(X)",      0,     "unvec(Y, m, n)"),
        ("mean(x)",     0,     "Y ones(n) / n"),
        ("a ⊗ x",       1,     None),
    ],
)  # fmt: skip
def test_adjoints_have_the_shape_of_what_moves(expression: str, slot: int, after: str | None) -> None:
    node = node_of(expression)
    cotangent = symbol("Y", node.shape)
    made = book().adjoint(node.data, slot, node).at(node.children, cotangent)
    assert made.shape == node.children[slot].shape
    if after is not None:
        assert text_of(made) == after


@pytest.mark.parametrize("key", ["A H", "H B", "A H B", "H^T", "A .* H", "c H", "h A", "H[i,j]"])
def test_the_multilinear_classes_have_their_line(key: str) -> None:
    assert book().adjoint(key).text.startswith(f"adjoint {key} =")


def _with_direction(text: str, name: str) -> nodes.Node:
    node = node_of(text)
    (leaf,) = (leaf for leaf in walks.symbols(node) if leaf.data == name)
    return substitute(node, {leaf: direction(name, leaf.shape)})


def test_when_nodes_are_cleared_the_rules_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    before = book().derivative(node_of("x.^3"))
    monkeypatch.setattr(nodes, "_table", dict(nodes._table))  # other tests need theirs
    monkeypatch.setattr(nodes, "_era", nodes.era())
    nodes.clear()
    node = node_of("x.^3")
    rule = book().derivative(node)
    assert rule is not None
    assert rule is before
    assert rule.at(node, [direction("h", node.shape)]) is _with_direction("3 x.^2 .* h", "h")
