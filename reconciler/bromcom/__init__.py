"""The live side: the only room that knows zeep, aiohttp and what a Bromcom answers."""
