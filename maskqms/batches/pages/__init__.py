"""The context of each batches template: the office's record, and the tasks at the line."""
