"""A load on a table that is there already, for a look at Locust's web UI."""

from dynarig.workloads import LoadUser, Scenario, Step

__all__ = ["LoadUser"]


class Picks(Scenario):
    """One apple of one tree."""

    name = "picks"
    question = "Is the apple there?"

    def prepare(self, target):
        return {}

    def next(self, now):
        key = {"tree": {"S": "elstar"}, "pick": {"N": "1"}}
        return Step("pick", "GetItem", {"TableName": "orchard", "Key": key}, now, lambda answer, began, ended: None)
