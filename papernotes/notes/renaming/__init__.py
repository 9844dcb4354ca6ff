"""The text of a note after something got another name: all else stays as it is, to the byte.

``links`` rewrites what leads to papers and notes, ``headings`` a heading and what leads to it,
``tags`` a tag, ``folders`` the paths in a note that moves. ``places`` says where the parts of a
link stand, ``anchors`` which heading is meant.
"""
