"""The demonstration: generated people, firms and contests, always the same, always labelled as generated.

It goes through the same verbs as the site, so whatever it shows has its ledger lines, its checks and its releases.
"""
