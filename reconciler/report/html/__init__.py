"""A plan as a page of HTML."""
