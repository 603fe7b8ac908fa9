"""Apply: an approved plan is carried out by a person, page by page, and proven by probes.

preflight.py  refuse what must not be carried out; from an approved plan to the first page
opening.py    a plan of now, an approved one, or one that was begun -> a run, for any front
plan_files.py plans that are saved to be approved, and kept while they are carried out
state.py      how far it is, and what is left
queue.py      pure: the next page
operator.py   the person, behind a protocol
run.py        from the first page to the last outcome
resume.py     pure: where an apply that was stopped goes on, as its journal says
"""
