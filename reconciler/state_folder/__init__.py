"""The `.reconciler` folder of a workspace: its paths, its safety and its locks."""
