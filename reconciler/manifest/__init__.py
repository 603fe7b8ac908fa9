"""Files -> desired: YAML with places, schemas, rules, resolution. Offline; needs no password."""

from reconciler.manifest.load import Loaded, load
from reconciler.manifest.schema.check import schema_text

__all__ = ["Loaded", "load", "schema_text"]
