"""Manifests to the desired side: layers, placeholders, entity lists, attestations, waivers."""
