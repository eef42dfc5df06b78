"""Release: whether a batch may leave. The factory tests of its standard, the gate that looks at everything, two
reviews, one signature of an authorised person, and the certificate that travels with the goods.
"""
