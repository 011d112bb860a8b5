"""Random expressions over every function, operator, shape and property, against differences of f with 50 digits.

For each question of tests/random_texts.py: f is evaluated as it was typed, at a random point with the declared properties
(tests/differences.py), and every answer (differential, gradient, Jacobian in both layouts, Hessian, D2f, mixed) as it is printed, and by
its emitted NumPy program (tests/judging.py).  Answers whose conditions hold at no point are `excluded`, and few: EXCLUDED.

    python -m tests.test_random --seeds 20000      # prints a summary, and every failure made as small as possible
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter

import pytest

from tests.judging import Outcome, failures, outcomes, shown
from tests.random_texts import Question, as_text, question

SEEDS = 500
CHUNK = 20  # seeds of one test
EXCLUDED, EXCLUDED_HERE = 0.05, 0.3  # of the answers of thousands of questions, and of a chunk, at most


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_the_derivatives_of_random_expressions_are_right(first: int) -> None:
    asked = {seed: question(seed) for seed in range(first, first + CHUNK)}
    found = {seed: outcomes(each) for seed, each in asked.items()}
    failing = [line for seed, each in asked.items() for line in failures(seed, each, found[seed])]
    assert not failing, "\n".join(failing)
    answered = [outcome.what for each in found.values() for outcome in each if outcome.form != "extra"]
    assert answered.count("excluded") <= EXCLUDED_HERE * len(answered)


# what was wrong once, as small as it could be made, and kinks, domains and sizes where it could be
FOUND = """
min_rows(x ones(p)^T)             | x    | x: n
sum(max(X, X^T))                  | X    | X: n x n
logsumexp(vec(A^T))               | A    | A: p x n
min_cols(X + (A y) ones(m)^T)     | A    | X: p x m; A: p x p; y: p
max_rows(X)                       | X    | X: n x 1
logdet(X t)                       | X, t | X: n x n; t: scalar
sum(ones(m,n)) x                  | x    | x: m
sum(abs(t) ones(p,n))             | t    | t: scalar
mean_rows(C) x^T                  | C    | C: m x m; x: n
khatri_rao(X, X)                  | X    | X: m x n
skew(A x)                         | x    | A: 3 x 3; x: 3
I .* (X - X^3)                    | X    | X: n x n
tr(sigmoid(X).^(1/2))             | X    | X: 3 x 3, skew
expm(X X)                         | X    | X: n x n, skew
(cosh(A) / t) diag(x)             | A    | A: m x m; t: scalar; x: m
tr(X^T X)                         | X    | X: n x n, orthogonal
tr(X^T A)                         | X    | X: n x n, symmetric; A: n x n
x^T X x                           | X    | X: n x n, skew; x: n
(x^2)^(3/2)                       | x    | x: scalar
log(x^2 y^2)                      | x    | x: scalar; y: scalar
(x^T x)^(-1/2)                    | x    | x: n
log(det(X)^2)                     | X    | X: n x n
det(X X^T)                        | X    | X: 3 x 2
vec(X)^T Kmat(n,n) vec(X)         | X    | X: n x n
softmax_rows(X)                   | X    | X: n x 1
r A r^T                           | r    | r: 1 x n; A: n x n
tr(adj(x a^T))                    | x    | x: n; a: n
abs(adj(X))                       | X    | X: n x n, upper
log(softplus(-9 x))               | x    | x: n
v_max(pinv(A)^T A^T + I)          | A    | A: n x p
(max_cols(X) x^T)[i,j]            | X    | X: n x n; x: p
((A x) y^T)[1,2]                  | x    | A: m x n; x: n; y: p
cosh(max(X, X^T)^T X)             | X    | X: n x n, symmetric
||A[i,j] ones(m,m)||_*            | A    | A: p x p, lower
"""


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_what_was_wrong_once_is_right(line: str) -> None:
    f, wrt, where = (cell.strip() for cell in line.rsplit("|", 2))
    names = tuple(name.strip() for name in wrt.split(","))
    asked = Question(as_text(f), names, dict(declared.split(": ") for declared in where.split("; ")))
    assert not failures(1, asked, outcomes(asked))


# ---- thousands of them, from the command line


def smallest(asked: Question, failure: Outcome, tries: int = 200) -> tuple[Question, Outcome]:
    """The smallest question that fails in the same form in the same way."""
    better = True
    while better and tries > 0:
        better = False
        for less in asked.smaller():
            tries -= 1
            if tries < 0:
                break
            if len(str(less.f)) > len(str(asked.f)) or not set(less.wrt) <= less.where.keys():
                continue
            again = [o for o in outcomes(less) if (o.form, o.what) == (failure.form, failure.what)]
            if again:
                asked, failure, better = less, again[0], True
                break
    return asked, failure


def _one(seed: int) -> tuple[int, list[Outcome], float, list[str]]:
    start = time.process_time()
    asked = question(seed)
    found = outcomes(asked)
    seconds = time.process_time() - start
    reports = []
    seen = set()
    for outcome in found:
        if outcome.fails and outcome.what not in seen:
            seen.add(outcome.what)
            least, failure = (asked, outcome) if outcome.what == "slow" else smallest(asked, outcome)
            report = f"seed {seed}: {shown(asked)}\n  {failure.form} {failure.what}: {shown(least)}\n    {failure.said}"
            reports.append(report)
    return seed, found, seconds, reports


def main() -> int:
    """Run many seeds in several processes and print what became of them."""
    options = argparse.ArgumentParser()
    options.add_argument("--seeds", type=int, default=20_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--processes", type=int, default=2)
    given = options.parse_args()
    tally: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    failing = 0
    with multiprocessing.Pool(given.processes, maxtasksperchild=200) as pool:
        for seed, found, seconds, reports in pool.imap_unordered(_one, range(given.first, given.first + given.seeds)):
            tally.update((outcome.form.split()[0], outcome.what) for outcome in found)
            reasons.update(outcome.said for outcome in found if outcome.what == "refused")
            failing += bool(reports)
            for report in reports:
                print(report, flush=True)
            if seconds > 20:
                print(f"seed {seed} took {seconds:.0f} s", flush=True)
    for (form, what), count in sorted(tally.items()):
        print(f"{form:14} {what:12} {count:7}")
    for reason, count in reasons.most_common():
        print(f"{count:7} refused: {reason}")
    answered = sum(count for (form, _), count in tally.items() if form != "extra")
    excluded = sum(count for (_, what), count in tally.items() if what == "excluded")
    print(f"{given.seeds} questions, {failing} with a failure; {excluded} of {answered} answers excluded")
    return bool(failing) or excluded > EXCLUDED * answered


if __name__ == "__main__":
    sys.exit(main())
