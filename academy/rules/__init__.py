"""What a certificate number says and what a subsidy programme grants: pure, exact, no Django and no I/O."""
