"""A record of each action, who did it, and its outcome: an append-only file whose lines are chained by their hashes.

chain.py   pure: sealing a record, and finding the line that was changed, removed or moved
entries.py pure: entries <-> records
file.py    the file: opened, repaired, appended to
"""
