"""What Bromcom has -> manifests that say so. Pure: values in, documents out."""
