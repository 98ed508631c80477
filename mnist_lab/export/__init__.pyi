from .page import course_page, web_page

__all__ = ["course_page", "web_page"]
