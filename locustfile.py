"""The load: `locust -f locustfile.py [--headless] [--host URL] [--rate 1000]`. See `--help` for the rest."""

from dynarig.workloads.users import MiyabiUser

__all__ = ["MiyabiUser"]
