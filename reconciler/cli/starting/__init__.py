"""Starting a workspace, and adding a school or suppliers to one: the questions, and the files beside the manifests."""
