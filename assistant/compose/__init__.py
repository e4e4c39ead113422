"""Turn retrieved passages into candidate statements, by extraction or by a language model."""
