"""Taking over what is there: what is asked, what is written, and where passwords go."""
