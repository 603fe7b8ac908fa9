"""The input of advice, and the comments that suppress it."""
