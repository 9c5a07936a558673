"""HTTP routes; each asks the parts of `Backend` and turns their answers into the contract's JSON."""
