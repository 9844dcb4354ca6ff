"""The editor of the transcripts: a person who writes a sentence and publishes the note."""

import sys
from pathlib import Path

for name in sys.argv[1:]:
    note = Path(name)
    text = note.read_text(encoding="utf-8").replace("status: unread", "status: read", 1)
    text = text.replace("created:", "publish: true\ncreated:", 1)
    note.write_text(f"{text}\nIt is trained with [@kingma2014adam].\n", encoding="utf-8")
