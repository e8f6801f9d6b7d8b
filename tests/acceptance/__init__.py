"""The real commands, as processes, against a real server on loopback."""
