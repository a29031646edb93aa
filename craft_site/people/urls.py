"""People's own addresses in the faces /me/ and /desk/."""

me: list = []
desk: list = []
