"""Fuzzing: whatever the bytes, a parser makes entries that can be stored, or an error of our own tree, within 2 s."""
