"""A picture of the library: nodes and edges → places → SVG, a page, DOT or JSON. Pure."""
