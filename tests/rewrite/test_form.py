"""The textbook form of the answers to random questions: it is reached before ROUNDS, stays, and is that of the reordered question."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

import matcalc
from matcalc.algebra import nodes
from matcalc.algebra.nodes import Node
from matcalc.errors import MatcalcError
from matcalc.rewrite import collect, form, identities
from matcalc.syntax.printing import ascii_text
from matcalc.syntax.tree import Tree, postorder
from tests.random_texts import Question, question

SEEDS, CHUNK = 400, 20


def asked(seed: int) -> tuple[Question, matcalc.Derivative] | None:
    """The question of this seed, by its first variable; None where it has no answer."""
    drawn = question(seed)
    try:
        d = matcalc.diff(str(drawn.f), drawn.wrt[0], where=drawn.where)
        shown(d)
    except MatcalcError:
        return None
    return drawn, d


def shown(d: matcalc.Derivative) -> list[Node]:
    """The answers: the differential, the gradient of a scalar f."""
    return [d.differential.node, *([d.gradient.node] if d.f.shape == () else [])]


def reordered(tree: Tree, random: Random) -> Tree:
    """The same with terms of sums, factors of entrywise products and the two halves of a trace in another order."""
    made: dict[int, Tree] = {}
    for part in postorder(tree):
        children = [made[id(child)] for child in part.children]
        if part.head == "sum":
            random.shuffle(children)
        elif part.head == "hadamard":
            children.reverse()
        elif part.head == "call" and part.text == "tr" and children[0].head == "times":
            left, right = children[0].children
            children = [Tree("times", (right, left), " ")]
        made[id(part)] = replace(part, children=tuple(children))
    return made[id(tree)]


CHUNKS = pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))


@CHUNKS
def test_the_form_of_a_form_is_itself(first: int) -> None:
    for seed in range(first, first + CHUNK):
        if (found := asked(seed)) is not None:
            properties = {name: frozenset(v.properties) for name, v in found[1].f.variables.items()}
            for node in shown(found[1]):
                assert form.textbook(node, properties) is node, (
                    f"{found[0].f}: {matcalc.simplify(found[1].differential)}"
                )


@CHUNKS
def test_it_is_reached_before_the_rounds_are_over(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one round less, and with many more, the same comes out."""
    for seed in range(first, first + CHUNK):
        forms = []
        for rounds in (form.ROUNDS - 1, form.ROUNDS, 5 * form.ROUNDS):
            with monkeypatch.context() as changed:
                changed.setattr(form, "ROUNDS", rounds)
                found = asked(seed)
                forms.append(None if found is None else shown(found[1]))
        assert forms[0] == forms[1] == forms[2], str(question(seed).f)


@CHUNKS
def test_the_order_in_which_f_is_written_does_not_matter(first: int) -> None:
    for seed in range(first, first + CHUNK):
        if (found := asked(seed)) is not None:
            drawn, d = found
            text = ascii_text(reordered(d.f.tree, Random(seed)))
            other = matcalc.diff(text, drawn.wrt[0], where=drawn.where)
            assert shown(other) == shown(d), f"{drawn.f} and {text}: {d.result} and {other.result}"


@pytest.mark.parametrize("where", ["", "A: n x n symmetric"])
@pytest.mark.parametrize("step", [(collect.Collection, "_collected"), (identities._Run, "_step")])
def test_the_work_grows_with_the_layers(step: tuple[object, str], where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """tanh(A x_k) + b_k .* (c_k - x), k layers deep: sums and products in every layer, each brought into its form once."""
    place, name = step
    original, calls = getattr(place, name), [0]

    def counted(*given: object, **named: object) -> object:
        calls[0] += 1
        return original(*given, **named)

    monkeypatch.setattr(place, name, counted)
    monkeypatch.setattr(nodes, "_table", dict(nodes._table))  # other tests need theirs
    monkeypatch.setattr(nodes, "_era", nodes.era())
    taken = []
    for layers in (10, 20, 40):
        text = "x"
        for k in range(layers):
            text = f"(tanh(A {text}) + b{k} .* (c{k} - x))"
        matcalc.clear()
        calls[0] = 0
        assert matcalc.diff(f"sum({text})", "x", where=where or None).gradient.shape == ("n",)
        taken.append(calls[0])
    assert taken[0] > 0
    assert taken[2] - taken[1] <= 2.1 * (taken[1] - taken[0])
