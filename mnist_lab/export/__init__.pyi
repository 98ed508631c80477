from .exchange import exchange_file, run_exchange_file
from .page import course_page, web_page
from .quantization import quantize, stored_bytes, with_rounded_weights

__all__ = [
    "course_page",
    "exchange_file",
    "quantize",
    "run_exchange_file",
    "stored_bytes",
    "web_page",
    "with_rounded_weights",
]
