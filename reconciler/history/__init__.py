"""The history of a workspace: a file of intervals, and the questions that it answers."""
