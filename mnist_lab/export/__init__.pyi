from .exchange import exchange_file, run_exchange_file
from .network import with_8_bit_weights
from .page import course_page, web_page

__all__ = ["course_page", "exchange_file", "run_exchange_file", "web_page", "with_8_bit_weights"]
