"""What exists: kinds of nodes and relationships, identifiers, names, addresses, dates. Pure functions and data."""
