"""Rounds: what accesses can read, the decisions about them, and the manifests these make. Values in, values out."""
