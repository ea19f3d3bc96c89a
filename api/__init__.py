"""HTTP, the explorer page, the command line."""
