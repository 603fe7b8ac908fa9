"""What counts until when: the attestations in effect, and the dates of the manifests that come."""
