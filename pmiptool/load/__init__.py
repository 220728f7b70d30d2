"""Load: many mobile nodes at once against one LMA, with figures that can be trusted.

`template` makes one message per kind through the layers and fills in whole batches with NumPy; `nodes` and `pending`
keep mobile nodes and requests under way as arrays; `answers` reads batches of answers as columns; `pacing` says when,
`mix` what; `run` is the loop, `result` what it found. Time and the way out come in as arguments.
"""
