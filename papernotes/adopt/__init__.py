"""Posts of a blog that is there → notes: what each post says, where it stands, what it shows. Pure.

``posts`` reads a post's file, ``urls`` says where its page stands and ``showing`` whether it is
shown, ``liquid``, ``shortcodes`` and ``kramdown`` turn what only a blog's program understands into
what notes are written in, ``literal`` escapes what only notes understand, ``destinations`` finds
where links and images lead, ``rendering`` writes the note.
"""
