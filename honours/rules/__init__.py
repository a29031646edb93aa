"""What honour titles ask for, as pure functions over plain values: no Django, no database."""
