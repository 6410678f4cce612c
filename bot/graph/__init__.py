"""A flow as a picture: its nodes, the ways between them, and where to draw each."""

from bot.graph.drawing import Edge, Graph, Node, layout
from bot.graph.marks import untranslated
from bot.graph.mermaid import as_mermaid
from bot.graph.svg import as_svg

__all__ = ["Edge", "Graph", "Node", "as_mermaid", "as_svg", "layout", "untranslated"]
