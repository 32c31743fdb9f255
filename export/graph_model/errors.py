"""What is raised where a graph cannot become one of TensorFlow.js's."""

from __future__ import annotations

from plainfilm.errors import PlainfilmError


class ConversionError(PlainfilmError):
    """TensorFlow.js cannot run the graph as it is."""
