"""Layer 3: PartiQL, another front to planning. Statements become the nodes, ranges and writes that every API shares.

The walk of one statement: ``parse`` (lexer, expression_parser, parser; cached by text) gives a statement of terms;
``prepare`` puts the parameters in and makes the nodes of the expression room (literals, conditions, updates); a planner
(selects, writes) finds the keys in the WHERE clause (key_reads) and hands over to `planning`. Texts are recorded (2026)
unless a module says otherwise. Must not know: requests, capacity shapes.
"""
