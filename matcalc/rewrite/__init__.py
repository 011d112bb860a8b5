"""Rewriting to the textbook form: identities of the rule book to a fixpoint, common factors collected."""
