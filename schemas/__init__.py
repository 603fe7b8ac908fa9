"""The JSON Schemas of everything a person or a program reads or writes, as package data (`*.schema.json`)."""
