"""The load: `locust -f locustfile.py [--headless] [--scenario NAME,…] [--rate 1000] [--host URL]`.

`dynarig scenarios` lists what can be loaded, `locust -f locustfile.py --help` the rest.
"""

from dynarig.workloads.users import LoadUser

__all__ = ["LoadUser"]
