"""The set of pages: the same as static files and in the app. Values in, HTML out.

page_set.py  what every page is made of       links.py  the address of each page
site.py      every page of a set              layout.py the frame that all share
"""
