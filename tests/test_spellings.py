"""One mathematics, one text: sums and entrywise factors in any order, products bracketed anyhow, scalars transposed, traces turned.

Every expression is drawn at random, typed by its shape, and written down twice; what is printed of it, of its gradients and of its
Hessian is the same.  And what is simple is not simplified again: simplify(simplify(e)) is simplify(e).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

import pytest

from matcalc import diff, parse, simplify

WHERE = "A: m x n; B: n x n; C: n x m; E: m x m; x, y: n; u, v: m; s, t: scalar"
LEAVES = {"mn": "A", "nn": "B", "nm": "C", "mm": "E", "n1": "xy", "m1": "uv", "11": "st"}
ENTRYWISE = ("sin", "exp", "tanh", "sigmoid", "relu")
BLIND = ("tr", "det", "logdet", "sum")  # f(X^T) = f(X)


@dataclass(frozen=True)
class Part:
    """An expression to be spelled: its head, its parts, and what more there is to say."""

    head: str  # leaf, sum, entry, product, scaled, call, turned, quotient
    parts: tuple[Part, ...] = ()
    word: str = ""
    signs: tuple[int, ...] = ()


def drawn(rng: Random, shape: str, depth: int) -> Part:
    """An expression of the shape, `depth` levels deep."""
    if depth == 0 and shape in LEAVES:
        return Part("leaf", word=rng.choice(LEAVES[shape]))
    if shape not in LEAVES:  # a row
        return Part("turned", (drawn(rng, shape[::-1], depth),))

    def part(of: str, shallower: int = 1) -> Part:
        return drawn(rng, of, max(0, depth - shallower))

    rows, columns = shape
    i, j = rng.choice("mn"), rng.choice("mn")
    kinds = ["sum", "sum", "scaled", "entrywise", "entry", "product"]
    if shape == "11":
        kinds = ["sum", "sum", "scaled", "entrywise", "trace", "form", "call", "norm", "quotient"]
    elif columns != "1":
        kinds += ["turned"] + ["diag", "inv", "gram"] * (rows == columns)
    else:
        kinds += ["diagonal", "softmax", "solved"]
    kind = rng.choice(kinds)
    if kind == "sum":
        count = rng.randint(2, 3)
        signs = tuple(rng.choice((1, 1, 1, -1, 2)) for _ in range(count))
        return Part("sum", tuple(part(shape) for _ in range(count)), signs=signs)
    if kind == "entry":
        return Part("entry", tuple(part(shape) for _ in range(rng.randint(2, 3))))
    if kind == "scaled":
        return Part("scaled", (part("11"), part(shape)))
    if kind == "entrywise":
        return Part("call", (part(shape),), rng.choice(ENTRYWISE))
    if kind == "product":
        return Part("product", (part(rows + i), part(i + j), part(j + columns)))
    if kind == "form":
        return Part("product", (drawn(rng, "1" + i, 0), part(i + j), drawn(rng, j + "1", 0)), "scalar")
    if kind == "trace":
        return Part("call", (Part("product", (part(i + j), part(j + i))),), "tr")
    if kind == "call":
        return Part("call", (part(i + i, 2),), rng.choice(BLIND))
    if kind == "norm":
        return Part("call", (Part("entry", (whole := part("mn"), whole)),), "sum")
    if kind == "quotient":
        return Part("quotient", (part(shape), Part("call", (part(shape),), "exp")))
    if kind == "turned":
        return Part("turned", (part(columns + rows),))
    if kind == "diag":
        return Part("call", (part(rows + "1"),), "diag")
    if kind == "inv":
        return Part("call", (part(shape, 2),), "inv")
    if kind == "gram":
        return Part("product", (Part("turned", (factor := part(i + rows, 2),)), factor))
    if kind == "diagonal":
        return Part("product", (Part("call", (part(shape),), "diag"), part(shape)))
    if kind == "softmax":
        return Part("call", (part(shape),), "softmax")
    assert kind == "solved"
    return Part("product", (Part("call", (part(rows + rows, 2),), "inv"), part(shape)))


def respelled(rng: Random, part: Part) -> Part:
    """The same mathematics, written otherwise."""
    parts = [respelled(rng, inner) for inner in part.parts]
    if part.head == "sum":
        pairs = list(zip(part.signs, parts, strict=True))
        rng.shuffle(pairs)
        return replace(part, signs=tuple(sign for sign, _ in pairs), parts=tuple(inner for _, inner in pairs))
    if part.head in ("entry", "scaled"):
        rng.shuffle(parts)
    elif part.head == "product":
        if part.word == "scalar" and rng.random() < 0.5:
            parts = _turned(parts)
        if len(parts) == 3 and rng.random() < 0.5:
            parts = [parts[0], Part("product", tuple(parts[1:]))]
    elif part.head == "turned" and parts[0].head == "product":
        return Part("product", tuple(_turned(parts[0].parts)))
    elif part.word == "tr" and parts[0].head == "product":
        factors = parts[0].parts[::-1] if rng.random() < 0.5 else _turned(parts[0].parts)
        parts = [Part("product", tuple(factors))] if len(factors) == 2 else parts
    elif part.word in BLIND and rng.random() < 0.5:
        parts = [Part("turned", (parts[0],))]
    elif part.word == "inv" and rng.random() < 0.5:
        return Part("turned", (Part("call", (Part("turned", (parts[0],)),), "inv"),))
    return replace(part, parts=tuple(parts))


def _turned(parts: list[Part] | tuple[Part, ...]) -> list[Part]:
    return [Part("turned", (part,)) for part in reversed(parts)]


def text(part: Part) -> str:
    """The expression with all its brackets."""
    inner = [text(each) for each in part.parts]
    if part.head == "leaf":
        return part.word
    if part.head == "sum":
        return "(" + " + ".join(f"({sign}) * {each}" for sign, each in zip(part.signs, inner, strict=True)) + ")"
    if part.head == "call":
        return f"{part.word}({inner[0]})"
    if part.head == "turned":
        return f"({inner[0]})^T"
    return "(" + {"entry": " .* ", "quotient": " / "}.get(part.head, " * ").join(f"({each})" for each in inner) + ")"


@pytest.mark.parametrize("seed", range(150))
def test_the_order_of_writing_does_not_matter(seed: int) -> None:
    rng = Random(seed)
    part = drawn(rng, rng.choice(["11", "11", "mn", "nn", "n1"]), rng.randint(1, 3))
    one, other = parse(text(part), WHERE), parse(text(respelled(rng, part)), WHERE)
    simple = simplify(one)
    assert str(simplify(other)) == str(simple)
    assert simplify(simple).node is simple.node


@pytest.mark.parametrize("seed", range(60))
def test_nor_for_derivatives(seed: int) -> None:
    rng = Random(1000 + seed)
    part = drawn(rng, "11", rng.randint(1, 3))
    one, other = text(part), text(respelled(rng, part))
    for wrt in ("x", "A", "B"):
        d, e = diff(one, wrt, WHERE), diff(other, wrt, WHERE)
        assert str(d.gradient) == str(e.gradient)
        assert simplify(d.gradient).node is d.gradient.node
    assert str(diff(one, "x", WHERE).hessian) == str(diff(other, "x", WHERE).hessian)
