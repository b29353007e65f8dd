"""Layer 0: values, keys, schemas, limits and errors. Knows nothing of requests, storage, time or I/O."""
