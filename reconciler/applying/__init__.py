"""APPLY: an approved plan is carried out by a person, page by page, and proven by probes.

approval.py   what is refused before anything is done
gaps.py       pure: what nobody saw
person.py     the person, behind a protocol: at a terminal, a machine that follows clicks, or a test
turns.py      pure: which page is next
asking.py     pure: what a person is asked to vouch for
work.py       how far it is: what is known now, what was said, what became of it
begin.py      from an approved plan to the first page
story.py      the story, from the first page to the last outcome
resume.py     pure: where an apply that was stopped goes on, as its journal says
"""
