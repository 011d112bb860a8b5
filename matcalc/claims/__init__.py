"""Is this formula the derivative?  Comparing a claim with the truth, and finding out what is wrong with it.

`question` says what is compared, `points` where, `comparison` whether both are one; `diagnosis` tries the corrections that `whole`,
`terms`, `edits` and `conditions` propose, `conformable` those for a claim whose shapes do not fit; `counterexample` shows the smallest
integers where the claim fails.  A diagnosis is given only when its correction has made the claim equal to the truth.
"""
