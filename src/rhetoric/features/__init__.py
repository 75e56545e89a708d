"""Sentences as a matrix, for scoring and as scikit-learn transformers."""
