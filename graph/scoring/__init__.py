"""The score: features, the scorecard table, classes, peers. Pure functions on arrays."""
