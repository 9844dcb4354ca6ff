"""papernotes: research notes in plain text, from arXiv to your blog."""

__version__ = "0.1.0.dev0"
