"""The calculus: Df(X)[H] by three rules, and everything that is read off it."""
