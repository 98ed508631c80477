"""Predictions and their metrics, comparison, calibration, label issues, robustness and more."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
