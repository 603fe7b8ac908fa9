"""Changes of manifests that a person asks for in a form: a request -> edits -> the new texts, shown before they are
written."""
