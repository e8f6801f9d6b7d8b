"""Documents made to hurt, each with its outcome beside it, read by the real child under its shipped limits."""
