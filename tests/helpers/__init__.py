"""What several tests share: made-up digits and answers, figures read back, a browser."""
