"""Handwriting: from the strokes of a pen to 28 x 28 pixels as MNIST has them, collections of drawings, and the drawing pad."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
