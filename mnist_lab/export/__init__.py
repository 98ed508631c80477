"""Networks for others: a page that reads digits in a browser, ONNX and LiteRT files."""

import lazy_loader

# The public names are listed in __init__.pyi, twice: as an import, and in __all__.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
