"""The composition root: one place that knows every package, puts the pages together and offers the commands."""
