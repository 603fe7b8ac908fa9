"""Notifications and heartbeats, one format a file."""
