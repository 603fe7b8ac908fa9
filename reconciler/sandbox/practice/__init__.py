"""The practice pages: what a person clicks in a Bromcom to give a supplier access, on pages of our own design.

They are there to practise a runbook on, and to test one against. The labels are those of the published guide where it
names them. `site.py` serves them, `menu.py` lists them; each page is a file here, with its templates in `templates/`.
"""
