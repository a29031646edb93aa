"""A whole contest driven by chance: the steps, and the model beside them."""
