"""New names for what a library holds: planned as values, agreed to, and carried out as one.

``planning`` gives papers and notes other names, with ``keys`` (which may be had), ``links`` (what
leads to them) and ``folders`` (a note that moves); ``headings`` and ``tags`` the others.
``changes`` is the plan they all make, and the one road by which it is done.
"""
