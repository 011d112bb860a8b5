"""Emitted programs measured beside programs by hand and automatic differentiation."""
