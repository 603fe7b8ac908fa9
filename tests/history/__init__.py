"""The history: its intervals, its file and its questions."""
