"""The proof of a published result: one zip that anybody can check, and the program that checks it (docs/proof.md)."""
