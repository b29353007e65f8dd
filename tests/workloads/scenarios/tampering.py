"""A client whose answers are right until it is told to tamper with those of one operation."""

from tests.workloads.scenarios.driven import EngineClient


class Tampering(EngineClient):
    """Loses the last item of every page, or an attribute of every item that is got."""

    tampered = 0
    operation = ""

    def call(self, operation, request):
        response = super().call(operation, request)
        if operation != self.operation:
            return response
        if response.get("Items"):
            del response["Items"][0]
            response["Count"] -= 1
            self.tampered += 1
        elif response.get("Item"):
            response["Item"].popitem()
            self.tampered += 1
        return response
