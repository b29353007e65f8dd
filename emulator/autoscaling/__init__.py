"""Application Auto Scaling as far as DynamoDB uses it: targets, target tracking, and the alarms that drive both.

Sources: Developer Guide, AutoScaling; Application Auto Scaling User Guide, target tracking. Scales through UpdateTable
as anybody would, so its limits of decreases apply.
"""
