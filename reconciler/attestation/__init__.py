"""A person's word on what no probe can see: which word holds, what it is worth beside a probe, how it is written."""
