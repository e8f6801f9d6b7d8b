"""How a poller that publishers like behaves: one test a rule, each against a real server on loopback.

Law: the first line of a test's docstring is its rule, as docs/etiquette.md prints it (`python -m tests.etiquette`).
"""
