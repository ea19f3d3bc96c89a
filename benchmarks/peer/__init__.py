"""The peer: the same job as `creditnet load` and `creditnet refresh`, in pandas + NetworkX + SciPy.

Written by these rules. What comes out is what creditnet's definitions say, table by table and lead by lead. How is what
a competent analyst would write: `csv`, a Python function per value mapped over a column, `merge`, `groupby`,
`scipy.stats`, `networkx` graphs and loops over them. Nothing is made slow; no numba, DuckDB, polars, no hand-made
sparse matrices. Where the first idea took minutes, the better one stands, with a comment. Constants (headings,
word lists, articles, weights, texts) are read from creditnet's configuration; nothing that computes is.
"""
