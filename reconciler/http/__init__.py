"""HTTP for both sides that need it: connections, proxies, certificates, errors in plain words."""
