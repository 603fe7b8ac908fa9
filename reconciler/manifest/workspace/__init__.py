"""The files of a workspace, and the manifests in them."""
