"""Sphinx's settings for the website; `python -m tools.website` calls Sphinx with them."""

from importlib.metadata import version as version_of
from typing import Any

from docutils import nodes
from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.util.typing import stringify_annotation

from mnist_lab.runs.mathml import mathml

project = "mnist_lab"
author = "the authors of mnist_lab"
copyright = "the authors of mnist_lab, MIT license"
version = release = version_of("mnist_lab")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "pydata_sphinx_theme"]
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]

# Notebooks are shown as they were committed; their widgets would be scripts of other hosts.
nb_execution_mode = "off"
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_merge_streams = True
nb_code_prompt_show = "Guess, then show the result"
nb_code_prompt_hide = "Hide the result"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
napoleon_use_ivar = True
# Else the words before a colon, as in "One row per digit: its label", would count as a type.
napoleon_custom_sections = ["Returns"]
python_use_unqualified_type_names = True
add_module_names = False
default_role = "code"

html_theme = "pydata_sphinx_theme"
html_title = "mnist_lab"
html_favicon = "static/icon.svg"
html_math_renderer = "mathml"
html_copy_source = False
html_use_index = False
html_show_sourcelink = False
html_show_sphinx = False
html_sidebars = {"index": []}
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {"text": "mnist_lab", "image_light": "icon.svg", "image_dark": "icon.svg"},
    "navbar_align": "left",
    "navbar_end": ["theme-switcher"],
    "search_bar_text": "Search the course",
    "secondary_sidebar_items": {"**": ["page-toc"], "index": []},
    "footer_start": ["footer"],
    "footer_end": [],
    "show_toc_level": 2,
}


def _inline_formula(translator: Any, node: nodes.math) -> None:
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def _formula(translator: Any, node: nodes.math_block) -> None:
    translator.body.append(f'<div class="formula">{mathml(node.astext(), display=True)}</div>')
    raise nodes.SkipNode


def _name_arrays(app: Sphinx, *_: object) -> None:
    """Write ArrayLike in the types of parameters, and not the union that it stands for."""
    union = stringify_annotation(ArrayLike, "smart")
    for types in app.env.current_document.autodoc_annotations.values():
        for name, text in types.items():
            types[name] = text.replace(union, "ArrayLike")


def setup(app: Sphinx) -> None:
    """Have browsers draw formulas without a script, and name types as the code does."""
    app.connect("object-description-transform", _name_arrays, priority=100)  # before they are shown
    app.add_html_math_renderer("mathml", (_inline_formula, None), (_formula, None))
