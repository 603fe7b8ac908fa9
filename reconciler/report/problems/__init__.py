"""Problems in manifests, one format a file."""
