"""The two SOAP services, as the contract describes them."""
