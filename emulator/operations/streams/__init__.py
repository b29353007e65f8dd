"""DynamoDB Streams, the reader's side: streams, shards, iterators, records."""
