"""Who learns from whom: pure, on the standard library, no Django and no I/O."""
