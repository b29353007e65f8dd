"""The load, for who has no checkout: `locust -f "$(dynarig locustfile)" [--headless] [--scenario NAME,…] [--host URL]`.

The same as the checkout's locustfile.py.
"""

from dynarig.workloads.users import LoadUser

__all__ = ["LoadUser"]
