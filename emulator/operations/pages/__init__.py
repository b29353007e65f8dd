"""Operations that answer a page of items: Query and Scan."""
