"""The ground every page stands on: shells and macros, forms, refusals as cards, headers, logs and figures.

Knows HTTP and no feature: features hand it page dataclasses and get pages; `app` puts the pieces together.
"""
