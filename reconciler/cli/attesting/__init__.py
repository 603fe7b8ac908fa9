"""Ask a person what they saw in Bromcom, and read their answers."""
