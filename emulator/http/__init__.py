"""The HTTP shell: `wire` is pure, `protocol` holds one connection, `server` the socket and timers, `admin` the routes
under `/_dynarig/`. No rule of DynamoDB's data lives here, only its envelope."""
