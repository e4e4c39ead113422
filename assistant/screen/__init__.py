"""Before retrieval: malformed input, danger signs and unsafe requests."""
