"""git: the checkout that holds a workspace, and the files of a revision. Nothing of a revision is run."""
