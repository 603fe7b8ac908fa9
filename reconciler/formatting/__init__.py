"""Text -> text: the normal form of manifests, with every comment, and edits in place. Pure: no files, no clock."""

from reconciler.formatting.editing import edited
from reconciler.formatting.normal_form import Formatted, InvalidYaml, LeftUnchanged, NoManifest, NormalForm, normal_form

__all__ = ["Formatted", "InvalidYaml", "LeftUnchanged", "NoManifest", "NormalForm", "edited", "normal_form"]
