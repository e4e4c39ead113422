"""The evaluation harness: runs the retriever and the chain on benchmark sets. Nothing imports it."""
