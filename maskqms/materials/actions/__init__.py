"""What is done with suppliers, materials and lots; one module a verb or a few of one record."""
