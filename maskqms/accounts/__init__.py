"""People: who may sign in, what they may do, what they signed; and who may release which product, from when to when."""
