"""What several tests share: made-up digits and answers, drawn figures read back, JupyterLab in a browser."""
