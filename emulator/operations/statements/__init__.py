"""PartiQL: statements alone, in batches, in transactions."""
