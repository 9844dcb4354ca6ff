"""The only package that knows the arxiv client: ids → Papers over a hardened transport.

It costs a quarter of a second to import: import it when there is something to fetch.
"""

from __future__ import annotations

from papernotes.arxiv.client import PAGE_SIZE, ArxivClient, Fetched

__all__ = ["PAGE_SIZE", "ArxivClient", "Fetched"]
