"""Values in exact arithmetic, and where there is none; SymPy is imported when one is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sympy

from matcalc.calculus.definition.germs import Germs, Undefined
from matcalc.syntax.reading import read


@pytest.mark.parametrize(
    "text", ["1/x", "log(x)", "x^-2", "x/x", "log(x - 1)", "sqrt(x - 1)", "arcsin(x + 2)", "x^(-1/2)"]
)
def test_no_value_at_0(text):
    with pytest.raises(Undefined):
        Germs().value(read(text), {"x": sympy.S.Zero})


def test_importing_matcalc_imports_no_sympy():
    program = (
        "import sys, matcalc; assert 'sympy' not in sys.modules; matcalc.quotient; assert 'sympy' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
