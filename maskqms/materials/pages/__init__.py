"""What the pages of suppliers, materials and lots show."""
