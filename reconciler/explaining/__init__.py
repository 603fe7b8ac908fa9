"""The story of `explain`: why a value, a fact, a rule or a word of a report is as it is."""
