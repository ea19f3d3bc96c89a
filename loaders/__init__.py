"""Files of departments and platforms → clean tables → Neo4j."""
