"""One small module for each public distribution: reads it as it is published, yields our records."""
