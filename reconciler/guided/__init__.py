"""Guided apply in the browser: the same run as at the terminal, whose operator is whoever has a browser open.

    journey.py     the pages of a run, each with its mark
    exchange.py    between the thread of the run, which asks, and any number of browsers, which read and answer
    operator.py    the operator of `applying`, who asks through the exchange
    worker.py      from what a person asked for to the last outcome, in a thread


Every state is kept under a key. An answer names the state that it answers, so a form that another browser answered
first, or one from an earlier start, is refused and changes nothing.
"""
