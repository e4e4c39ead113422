"""Decide whether a statement is supported by the passages it cites. Calls no model over a network."""
