"""Figures, not assertions: `make bench` prints them, docs/performance.md keeps them."""
