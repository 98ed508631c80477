from . import grid, notebook, pages, report, results, sweep, sweep_report

__all__ = ["grid", "notebook", "pages", "report", "results", "sweep", "sweep_report"]
