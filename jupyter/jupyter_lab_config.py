"""Has JupyterLab open on the course's first page: read where JUPYTER_CONFIG_PATH names this folder, as `make lab` does."""

c = get_config()  # noqa: F821 (JupyterLab hands it to its configuration)

c.LabApp.default_url = "/lab/tree/00_start_here.md"
