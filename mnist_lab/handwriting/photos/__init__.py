"""Photographs of handwriting: read from files, digits found and cut out, pages read."""
