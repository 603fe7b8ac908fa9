"""Text to data with places: YAML as people type it."""
