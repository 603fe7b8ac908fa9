"""`reconciler ui`: the pages of a workspace on this computer, for the one who started it, in as many browsers as they
like.

    services.py   what only the command line has, as functions         state.py     the workspace and its last check
    joining.py    one app a workspace: a second start joins it          guard.py     who may ask for what
    server.py     requests in, answers out                              routes.py    what a part of the app is made of
    app.py        the parts of the app                                  jobs.py      one long piece of work at a time
    rendering.py  templates                                             other modules are parts of the app

Views are plain functions that run one after the other in one thread. What takes longer than a page may is a job.
"""
