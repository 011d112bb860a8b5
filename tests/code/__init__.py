"""Emitted programs."""
