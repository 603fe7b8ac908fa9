"""What `hands.py` is made of: fetching pages, seeing them by their labels, filling them in as a person does."""
