"""One folder per question: Cypher files and a typed function each; `refresh` answers all of them city-wide."""
