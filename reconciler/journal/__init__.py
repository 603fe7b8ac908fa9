"""What was done, by whom, and what became of it: an append-only file whose lines are chained by their hashes.

chain.py   pure: sealing a record, and finding the line that was changed, taken out or moved
entries.py pure: entries <-> records
file.py    the file: opened, repaired, appended to
place.py   the folder that all of it is in
lock.py    one apply at a time
"""
