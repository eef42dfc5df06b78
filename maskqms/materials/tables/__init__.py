"""The tables of suppliers, orders and lots, a file a subject."""
