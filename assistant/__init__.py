"""The assistant: screen a question, understand it, retrieve, compose, verify, and serve the answer."""
