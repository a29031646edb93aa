"""Statistics about judging: how far a panel agrees, how strictly each judge marks, what the result hangs on.

Pure: marks in, figures out, on the standard library. Figures are estimates and so may be floats; marks never are, and
nothing computed here ever changes one. What each figure means: docs/judge-statistics.md.
"""
