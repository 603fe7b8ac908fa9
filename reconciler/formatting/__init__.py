"""Text -> text: the normal form of manifests, with every comment kept. Pure: no files, no clock."""

from reconciler.formatting.normal_form import Formatted, Kept, NoManifest, Normal, Unreadable, normal_form

__all__ = ["Formatted", "Kept", "NoManifest", "Normal", "Unreadable", "normal_form"]
