"""What must not leave the library, and the looks that see to it."""
