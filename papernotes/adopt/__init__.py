"""Posts of a blog that is there → notes: what each post says, where it stands, what it shows. Pure.

``posts`` reads a post's file, ``urls`` says where its page stands, ``liquid``, ``shortcodes`` and
``kramdown`` turn what only a blog's program understands into what notes are written in,
``destinations`` finds where links and images lead, ``rendering`` writes the note.
"""
