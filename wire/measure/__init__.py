"""How good the clustering is, and why two texts are one story or two."""
