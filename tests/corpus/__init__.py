"""Labelled newswire days on invented text: every transformation of copy, and everything that only looks like a copy."""

from tests.corpus.day import Labelled, generate

__all__ = ["Labelled", "generate"]
