"""Answering for third-party access: what is agreed, granted, used, published and usual. Values in, values out."""
