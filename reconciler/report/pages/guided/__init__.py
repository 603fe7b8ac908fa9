"""The pages of guided apply: where it stands -> HTML. Pure.

stages.py   the states of a guided apply, as values
page.py     one state as a page, and the page that begins
results.py  the result of a check in words
questions.py  the form of facts that only a person can see
progress.py  how far the apply is
"""
