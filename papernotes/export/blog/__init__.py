"""What stands in the blog: where posts go, the ledger of what was written, the plan of changes."""
