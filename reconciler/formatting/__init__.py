"""Text -> text: the normal form of manifests, with every comment. Pure: no files, no clock."""

from reconciler.formatting.normal_form import Formatted, InvalidYaml, LeftUnchanged, NoManifest, NormalForm, normal_form

__all__ = ["Formatted", "InvalidYaml", "LeftUnchanged", "NoManifest", "NormalForm", "normal_form"]
