"""Writes of the spine, one file a verb. They run inside an act, which the feature above has opened."""
