"""What the factory may make: mask models with their packing and shelf life, and the licences that allow making them."""
