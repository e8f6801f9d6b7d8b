"""How good the clustering is on labelled days of invented text; `python -m tests.quality` prints the table."""
