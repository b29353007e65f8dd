"""Tables and what belongs to them: life, indexes, throughput, streams, encryption, time to live."""
