"""Check a document against its JSON Schema, and explain the errors."""
