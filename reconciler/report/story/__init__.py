"""The story that every report for people tells, before it is laid out."""
