"""Answers of a history, one format a file."""
