"""A change of the manifests under review: its edits, their live status, and the cause of each difference."""
