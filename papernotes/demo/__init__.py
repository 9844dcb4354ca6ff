"""The bundled sample: a stand-in for arXiv on this machine, and its records."""
