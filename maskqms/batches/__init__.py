"""A production batch: the executed copy of a master record, from the cleared line to the last carton."""
