"""From an expression's text to nodes, refusing what the text alone can be refused for. Knows no request and no item."""
