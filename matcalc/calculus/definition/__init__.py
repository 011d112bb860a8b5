"""Derivatives from the definition, the lecture's first half: quotients and their limits, directions, kinks, sequences, components.

`scalars` reads a scalar function of scalar variables and shows SymPy's answers; `germs` says what such a function does right
beside a point; `quotient`, `directional`, `sequences` and `components` are the four questions.  SymPy is imported on first use.
"""
