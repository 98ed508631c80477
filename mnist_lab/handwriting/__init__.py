"""Handwriting: from a pen's strokes to MNIST's 28 x 28 pixels, collections, and the drawing pad."""

import lazy_loader

# The public names are listed in __init__.pyi, twice: as an import, and in __all__.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
