"""Telling: pure renderers, one format a file. A plan in, text out."""
