"""Layer 1: how long the service would take. A number to be waited for by the shell; nothing here waits."""
