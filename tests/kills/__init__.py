"""Daemons that are killed (SIGKILL) in the middle of what waits: `loop` kills and counts, `places` are where."""
