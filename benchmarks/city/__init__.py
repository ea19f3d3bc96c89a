"""The parts of `load_city.py`: the sides of each comparison, and the process each runs in."""
