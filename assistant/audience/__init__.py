"""Two readers, one evidence: a statement in plain words, and what its terms mean."""
