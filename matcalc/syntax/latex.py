r"""A syntax tree as LaTeX, drawn as the lecture draws it: \mathbf{x}^\top \mathbf{A} \mathbf{x}.

Brackets follow the tables of `printing`, but for what LaTeX draws differently: a fraction needs none in a product and
does under a power.  Functions with a notation of their own are rows of `_NOTATIONS`; all others are \operatorname.
In subscripts and exponents names are sizes, indices and numbers: plain unless `ranks` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from matcalc.algebra.functions import FUNCTIONS
from matcalc.syntax.printing import (
    ATOM,
    FLOORS,
    GREEK,
    LEFT,
    POSTFIX,
    PRODUCT,
    SHOWN,
    SIGN,
    SUM,
    Part,
    assemble,
    is_word,
    listed,
    postfix_base,
    summed,
)
from matcalc.syntax.tree import Tree, postorder

# <1> the first argument, <1^> the same under a postfix sign, <1.> the same as a size or an index, <*> all arguments.
# A notation binds as a bracket does, unless something is drawn behind its bracket or before it: then `postfix`.
# name        arguments  binds      drawn
_NOTATIONS_TABLE = r"""
I            | 0 | atom    | \mathbf{I}
I            | 1 | atom    | \mathbf{I}_{<1.>}
ones         | 1 | atom    | \mathbf{1}_{<1.>}
ones         | 2 | atom    | \mathbf{1}_{<1.> \times <2.>}
zeros        | 1 | atom    | \mathbf{0}
zeros        | 2 | atom    | \mathbf{0}
e            | 2 | atom    | \mathbf{e}_{<1.>}
unit         | 4 | atom    | \mathbf{1}_{<1.>,<2.>}
Kmat         | 2 | atom    | \mathbf{K}_{<1.>,<2.>}
pi           | 0 | atom    | \pi
abs          | 1 | atom    | \left|<1>\right|
dot          | 2 | atom    | \left\langle <1>, <2> \right\rangle
logdet       | 1 | postfix | \log\left|\det <1^>\right|
sqrt         | 1 | postfix | \sqrt{<1>}
pinv         | 1 | postfix | <1^>^{+}
unvec        | 3 | atom    | \operatorname{unvec}_{<2.> \times <3.>}\left(<1>\right)
lambda_max   | 1 | atom    | \lambda_{\max}\left(<1>\right)
D_expm       | 2 | postfix | D\operatorname{expm}\left(<1>\right)\left[<2>\right]
exp          | 1 | atom    | \exp\left(<*>\right)
log          | 1 | atom    | \log\left(<*>\right)
sin          | 1 | atom    | \sin\left(<*>\right)
cos          | 1 | atom    | \cos\left(<*>\right)
tan          | 1 | atom    | \tan\left(<*>\right)
sinh         | 1 | atom    | \sinh\left(<*>\right)
cosh         | 1 | atom    | \cosh\left(<*>\right)
tanh         | 1 | atom    | \tanh\left(<*>\right)
arcsin       | 1 | atom    | \arcsin\left(<*>\right)
arccos       | 1 | atom    | \arccos\left(<*>\right)
arctan       | 1 | atom    | \arctan\left(<*>\right)
det          | 1 | atom    | \det\left(<*>\right)
max          | 1 | atom    | \max\left(<*>\right)
min          | 1 | atom    | \min\left(<*>\right)
max          | 2 | atom    | \max\left(<*>\right)
min          | 2 | atom    | \min\left(<*>\right)
"""
