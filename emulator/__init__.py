"""dynarig's emulator: the DynamoDB API over an engine that plans, admits, applies and meters.

The life of a request:

1. decode   http/wire.py makes a `Call` of headers and body; the embedded client starts with its own.
2. catch up engine.py runs what is due at `now`: life cycles, expiries, trimming. No thread of its own holds rules. What
            is long (a backfill, a sweep, freeing what was deleted) is done in turns, so that nobody waits for it.
3. check    operations/requests reads the body by the service model, walking every attribute value once; the stages of
            the operation (operations/checks) tell its faults in the order and the words of the service. A statement
            that passed before is recognised and not checked again; only its values are walked. The commonest GetItem
            and PutItem, which say nothing that could be refused, go straight to their plan.
4. plan     planning/ finds the table, binds expressions, reads, decides: which charges, which before → after changes,
            what to answer. A failed condition is a plan with charges, no changes and a refusal.
5. admit    capacity/ takes all the charges at `now`, or none: then the answer is a throttle and nothing happened.
6. apply    storage/ takes each change once; counts, indexes, stream and expiry follow from it. It cannot fail.
7. meter    cost/ counts the same charges; ConsumedCapacity is made of them if asked.
8. encode   the reply becomes bytes. A delay is a number in the reply; the shell waits.

A batch is several plans, admitted one by one; a transaction is several writes in one plan. PartiQL is another front to
planning. Below the shells nothing reads a clock, draws unseeded numbers or does I/O, but for exports
and imports, which know S3 as a port.

Words that DynamoDB's documentation does not have, or has in another sense:

stage             one step of an operation's recorded order of checks; the first with a fault answers
envelope, bare    a fault told as "1 validation error detected: …", or just as it stands
older, newer      the service checks requests in two validation layers, which word some faults differently; the
                  operation, or an oddity in the body, decides which one answers
findings          what a walk over attribute values saw: a first fault, empty names, how deep they are nested
statement         what a request says apart from the values it brings: names of members, texts, types
program, binder   an expression compiled; the same with its names resolved, which only takes values
place             what orders an item: its partition and its sort value; in an index, the table's place follows
charge, target    what a plan costs, in half units, and of which table or index; admitted all together or not at all
change            an item before → after; indexes, stream, counts and expiry follow from it
due               what waits for its time: life cycles, expiries, lagging indexes; run when a call or the shell comes
"""
