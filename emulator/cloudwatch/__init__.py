"""Amazon CloudWatch as far as DynamoDB's metrics need it: statistics, metric data with its maths, and alarms.

Requests and answers are the service model's members, times as epoch seconds; what a protocol makes of them is the
shell's business. Nothing here reads a clock: alarms are evaluated by the minutes that `now` has passed.
"""
