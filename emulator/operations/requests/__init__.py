"""From a body to a request: read by the service model, held against constraints, recognised where it passed before."""
