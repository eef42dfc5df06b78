"""Pure answers about suppliers' papers, specifications, receipts and decisions: every reason at once."""
