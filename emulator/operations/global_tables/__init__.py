"""Global tables of version 2017.11.29, which the service no longer makes, and the auto scaling of replicas."""
