"""What the pages of the spine show, one file a subject."""
