"""Understand a question in its conversation and state it on its own."""
