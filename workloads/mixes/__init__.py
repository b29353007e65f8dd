"""Mixes: a user's own tables under a user's own access patterns. This is the reference of a mix file.

Three commands, from a schema to a report:

    dynarig mix --example > template.yaml                       # or your own schema
    dynarig mix --schema template.yaml --out mix.yaml           # a first mix, with comments that say what to change
    locust -f locustfile.py --headless --mix mix.yaml -t 60s    # tables, items, load, verdict, report

A mix is YAML or JSON. `--schema FILE` alone loads the schema's first mix; `--mix RECORDING` one that is drawn from what
`dynarig serve --record FILE` has written (`dynarig mix --from-recording FILE` shows it). The scenario is called `mix`:
`--scenario mix:3,hot-key:1` combines it, `--param NAME=VALUE` sets its parameters, `--no-seed --host URL` takes tables
and items as they are. Every pattern is tried on an engine of its own before anything is made, and what is wrong is
told in one line with the pattern's name and line.

The file (only `patterns` must be there):

    mix: orders                      its name
    question: Does …?                what the run answers
    schema: template.yaml            or a list; any file that `dynarig seed --schema` reads; --schema overrides it
    schema_parameters: {Stage: dev}  of the schema; --parameter overrides them
    tables: [{TableName: …}]         instead of a schema: CreateTable requests
    rate: 500                        requests per second; --rate overrides it
    run_seconds: 60                  -t overrides it
    capacity: enforce                off, observe or enforce, of the emulator that the run starts
    seed: {items: 1000, tables: {orders: 5000}, skew: 1.0}
                                     items of each table (--scale multiplies), of single ones, how unevenly they share
                                     partition keys (0 evenly)
    parameters: {page: 20, way: {default: up, text: …, minimum: 0, choices: [up, down]}}
                                     for {$param: page} anywhere in a pattern
    thresholds: ['p(99)<50', 'get order: p(99)<20', 'throttles<1%', errors==0]
                                     as of --threshold (workloads/thresholds.py); what breaks one fails the run
    rates: [[10, 100, 500], [50, 500, 500]]
                                     the rate's course: seconds, rate at first, at last; fitted to -t and --rate
    patterns:
      - name: get order              in figures and thresholds
        weight: 40                   its share is weight / sum of weights; default 1
        operation: GetItem           or any other of an item, query, scan, batch, transaction or statement
        request: {…}                 as the operation takes it; generators stand for values
        draw: {order: {$key: orders}}  values drawn once a request, for {$drawn: order} or {$drawn: order.customerId}
        expect: {…}                  what must hold of the answer
      - name: by status
        statement: SELECT * FROM "orders"."by-status" WHERE status = ?
        parameters: [{$value: {table: orders, attribute: status}}]
                                     PartiQL, short for ExecuteStatement

What was seeded (values come with their types: `Key: {$key: orders}`, `":s": {$value: …}`):

    {$key: orders}                   a whole key; {table, index} one of an index
    {$value: {table, attribute}}     a value of one attribute, each that occurs
    {$item: orders}                  an item such as was seeded, under a new key. {table, key: seeded, with: {status:
                                     {S: NEW}}, size_bytes: 2000}: under one that is there, attributes set, padded
    {$drawn: name}, {$drawn: name.attribute}

    Each takes `by`: uniform (default); zipf with exponent (1); hot with share (0.9) of the draws on the first count (1)
    keys; sequential; shares with a list of the shares of the first keys. A batch or transaction has no key twice.

What is new (plain values, inside a type: `{S: {$uuid: }}`, `{N: {$number: {to: 9}}}`):

    {$uuid: }
    {$sequence: {start: 1, step: 1}} no number twice, over all processes
    {$number: {from: 1, to: 100, decimals: 2, by: zipf}}
    {$text: 40}, {$text: [10, 90]}   of so many bytes, or between
    {$binary: 40}
    {$timestamp: iso}                iso, iso-ms, date, epoch, epoch-ms or as '%Y-%m-%d#%H';
                                     {form: iso, ago_seconds: [0, 3600]} or ahead_seconds
    {$choice: [a, b]}                {a: 9, b: 1} or [{value: …, weight: 9}, …] by weight
    {$concat: ["ORDER#", {$uuid: }]}
    {$repeat: {count: 10, of: …}}    so many in the list around it; count: [1, 25]
    {$param: name}                   a parameter's value
    {$literal: {…}}                  as written, generators or not

What must hold (each fault counts as a wrong answer and fails the run):

    found: true                      there is an item; false: there is none
    count: 20                        items of the answer; {min: 1, max: 20}
    attributes: [status, total]      every item has them
    equal: {customerId: ":c"}        in every item; a value as {S: …}, `:c` of the request's values, `?1` of its
                                     parameters, or a key attribute's name, as in the request's key
    order: {by: placedAt, direction: descending}
    errors: [ConditionalCheckFailedException]
                                     codes that belong to the pattern; throttles are counted, and fail nothing

The findings: rate and latency; the hot partition, with its hot key, from the server's heat; the bill of a month at the
run's rate; who was throttled. A server that tells neither heat nor cost gives less.
"""
