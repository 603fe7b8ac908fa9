"""A workspace that begins, or gets another school: answers -> what Bromcom said -> the files to write.

answers.py          the answers, from a dialogue, options or a form
steps.py            ask the accounts, work out the files, write them
workspace_files.py  the manifests, and what git and editors read
passwords.py        where passwords go
"""
