"""Evaluation: what a model gets right and wrong, how sure it is, what it looks at, and whether two models differ."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
