"""Labelled tables and corpora."""
