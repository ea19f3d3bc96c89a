# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # creditnet: the three questions, a few lines each
#
# Run `make demo` once (or load your own files and `creditnet refresh`); then this notebook opens the same home:
# `CREDITNET_HOME`, by default `~/.creditnet`. Everything in the demo is invented.
#
# **本图为线索，不是处罚依据** — what you see are leads to check, never grounds for a penalty.

# %%
from graph import Settings, open_store
from queries.complainants import group_network, groups
from queries.linked_parties import ego, paths
from queries.picture import Picture
from queries.snapshot import Snapshot

settings = Settings.from_env()
store = open_store(settings)
snapshot = Snapshot.open(settings)
store.counts()

# %% [markdown]
# ## 1. Which complainants act as a group?

# %%
found = groups(store)
[(g.id, g.size, g.tier, g.first, g.last) for g in found[:5]]

# %%
worst = snapshot.groups(limit=1)[0]
for item in worst.evidence[:6]:
    print("·", item.text)

# %%
Picture(group_network(store, worst.id), title="疑似职业索赔团伙（待核实）")

# %% [markdown]
# ## 2. Which merchants are abnormal, once those complaints are set aside?

# %%
flagged = snapshot.merchants(flagged=True, limit=10)
[
    (m.name, m.received, round(m.seen, 1), round(m.expected, 1), f"×{m.ratio:.1f} ({m.low:.1f}–{m.high:.1f})")
    for m in flagged
]

# %%
targeted = [m for m in snapshot.merchants(limit=100_000) if m.targeted]
print(f"{len(targeted)} merchants are targeted by suspected groups; their score is not raised by it")
[
    (m.name, m.received, f"{m.withheld_share:.0%} withheld", "flagged anyway" if m.flagged else "not flagged")
    for m in targeted[:5]
]

# %% [markdown]
# ## 3. Who is really linked to whom, and whose risk spreads?

# %%
lead = snapshot.leads(kind="barred_person", limit=1)[0]
print(lead.title, "—", lead.summary)
for item in lead.evidence:
    print("·", item.text, "·", item.legal_basis)

# %%
Picture(ego(store, lead.parties[0], limit=40), title="关联关系")

# %% [markdown]
# A score explains itself: base plus parts is the score, exactly.

# %%
score = snapshot.score(lead.parties[1])
print(score.score, score.risk_class, score.direct_rule or "")
for part in score.contributions:
    print(f"{part.points:+7.1f}  {part.title}  {part.explanation}  {len(part.records)} records", *part.path)
assert round(score.base + sum(p.points for p in score.contributions), 1) == score.score

# %%
answer = paths(store, lead.parties[0], lead.parties[-1])
print(answer.hops, *answer.texts, sep="\n")

# %%
store.close()
