"""Small symmetric systems, solved in the open: sums of squares that may leave some directions undetermined."""

from collections.abc import Sequence

Matrix = list[list[float]]
TOLERANCE = 1e-9  # a pivot this small beside the sums it came from is nothing but rounding


def eliminate(
    matrix: Sequence[Sequence[float]], right: Sequence[Sequence[float]], *, size_of_sums: float
) -> tuple[Matrix, list[int]]:
    """Reduces [matrix | right] to echelon form with ones at the pivots; returns it with the pivot columns.

    matrix: symmetric and positive semidefinite, n x n; right: n rows. size_of_sums: how large the sums were from
    which the matrix was made by subtraction.
    """
    size = len(matrix)
    rows = [[*left, *added] for left, added in zip(matrix, right, strict=True)]
    limit = size_of_sums * TOLERANCE
    pivots: list[int] = []
    free = list(range(size))  # rows not used as a pivot yet
    for column in range(size):
        best = max(free, key=lambda n: abs(rows[n][column]), default=None)
        if best is None or abs(rows[best][column]) <= limit:
            continue
        free.remove(best)
        pivot = rows[best][column]
        chosen = rows[best] = [value / pivot for value in rows[best]]
        for n in range(size):
            factor = rows[n][column]
            if n != best and factor:
                rows[n] = [value - factor * other for value, other in zip(rows[n], chosen, strict=True)]
        place = len(pivots)
        rows[place], rows[best] = rows[best], rows[place]
        free = [best if n == place else n for n in free]
        pivots.append(column)
    return rows, pivots


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float], *, size_of_sums: float) -> list[float]:
    """One solution; directions that the matrix does not determine stay at 0."""
    rows, pivots = eliminate(matrix, [[value] for value in right], size_of_sums=size_of_sums)
    found = [0.0] * len(matrix)
    for row, column in zip(rows, pivots, strict=False):
        found[column] = row[-1]
    return found


def null_space(matrix: Sequence[Sequence[float]], *, size_of_sums: float) -> list[list[float]]:
    """Vectors that span what the matrix leaves undetermined."""
    size = len(matrix)
    rows, pivots = eliminate(matrix, [[] for _ in range(size)], size_of_sums=size_of_sums)
    basis = []
    for column in sorted(set(range(size)) - set(pivots)):
        vector = [0.0] * size
        vector[column] = 1.0
        for row, pivot in zip(rows, pivots, strict=False):
            vector[pivot] = -row[column]
        basis.append(vector)
    return basis
