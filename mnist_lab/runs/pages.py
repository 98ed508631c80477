"""HTML pages that need no network: templates filled in, and figures put into them as base64."""

from base64 import b64encode
from io import BytesIO
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from matplotlib.figure import Figure

from mnist_lab.files import atomic_write


def png(figure: Figure) -> str:
    """Return a figure as a PNG in base64."""
    stream = BytesIO()
    figure.savefig(stream, format="png")
    return b64encode(stream.getvalue()).decode()


def write_page(path: Path, template: str, **values: object) -> None:
    """Fill in a template of the folder templates, and write the page.

    Args:
        path: The page to write, whole or not at all.
        template: The template's file name, such as "course.html.j2".
        **values: What the template names; text is escaped.
    """
    environment = Environment(
        loader=PackageLoader("mnist_lab.runs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template(template).render(**values)
    with atomic_write(path) as stream:
        stream.write(page)
