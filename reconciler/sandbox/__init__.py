"""An embedded Bromcom to practise on and to test against.

It is written from the service's contract and shares no code with the client that it is there to try, so that the two
sides of the wire cannot share a mistake. Everybody in it is invented.
"""
