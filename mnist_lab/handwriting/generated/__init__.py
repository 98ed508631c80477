"""Pages of handwriting made by program, as a person photographs them, with the truth about them."""
