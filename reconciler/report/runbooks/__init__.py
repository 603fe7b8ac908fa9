"""Runbooks, one format a file."""
