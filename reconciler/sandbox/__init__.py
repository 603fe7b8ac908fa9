"""An embedded Bromcom to practise on and to test against.

It is written from the service's contract and shares no code with our client, so the two sides of the wire cannot share
a mistake. Everyone in it is invented.
"""
