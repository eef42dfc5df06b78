"""Labels: the picture of a record at the moment of printing, and the codes on it that lead back to the record.

The status on paper is never trusted: a scan opens the record as it is now. Whatever leaves the factory carries GS1
data that was checked as a whole, and an address that stays readable for years.
"""
