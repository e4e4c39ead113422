"""Documents in: parse files of many formats into documents, and cut documents into chunks."""
