"""How programs read Markdown, and what has to be written for them to show what a note says.

``kramdown`` (with ``settling``) and ``liquid`` are Jekyll's, ``goldmark`` is Hugo's, ``pandoc``
(with ``standing`` and ``emphasis``) Quarto's, ``gfm`` that of GitHub and plain CommonMark;
``definitions`` is about a line that only looks like a link's definition. Targets choose among them.
"""
