"""Beyond one machine: Spark shares a file out, every machine runs the same loader on its ranges (docs/spark.md)."""
