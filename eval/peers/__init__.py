"""Other retrieval software on the same passages, questions, embedding model and machine.

Each contender is one module with one class; :mod:`eval.peers.process` runs it in a process of its own, the peers'
with the interpreter of ``.venv-peers``. Modules of peers import nothing of the product.
"""
