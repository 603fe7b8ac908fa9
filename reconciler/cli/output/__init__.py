"""Render reports and write them where they were asked for."""
