"""Measures of classifiers."""
