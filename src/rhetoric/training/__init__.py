"""What makes the shipped models and data out of labelled corpora."""
