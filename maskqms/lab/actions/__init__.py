"""What is done to an inspection: opened, filled, finished, reviewed, sent back, decided."""
