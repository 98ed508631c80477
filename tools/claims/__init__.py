"""Claims: the sentences of the notebooks about results, each with a test of what it says."""
