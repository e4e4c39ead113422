"""Conversations and answers that persist."""
