"""A locustfile of a user's own: one scenario of a dozen lines, run by test_locustfile.py."""

from dynarig.workloads import LoadUser, Scenario, Step, create_table

__all__ = ["LoadUser"]


class NewestOrders(Scenario):
    """A customer's newest orders."""

    name = "newest-orders"
    question = "Do a customer's newest orders come back in order?"

    def prepare(self, target):
        target.make_table(create_table("orders", "customer placed:N"))
        orders = ((f"c{number % 50}", number) for number in range(1_000))
        target.load("orders", ({"customer": {"S": who}, "placed": {"N": str(when)}} for who, when in orders))
        return {}

    def next(self, now):
        values = {":who": {"S": f"c{self.draw.randrange(50)}"}}
        asked = {"KeyConditionExpression": "customer = :who", "ExpressionAttributeValues": values, "Limit": 10}
        return Step("newest orders", "Query", {"TableName": "orders", "ScanIndexForward": False, **asked}, now, ordered)


def ordered(response, began, ended):
    placed = [int(order["placed"]["N"]) for order in response["Items"]]
    return None if placed == sorted(placed, reverse=True) and len(placed) == 10 else f"not the newest ten: {placed}"
