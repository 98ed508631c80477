"""Running notebooks: one with papermill, many on a cluster, and the pages about them."""
