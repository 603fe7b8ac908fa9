"""Heartbeats, notifications, and what is remembered of them."""
