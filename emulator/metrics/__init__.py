"""What CloudWatch would know: counts of the open minute (`activity`), kept by minute and hour (`store`).

Time is handed in as `now`; a request costs a few dict operations, everything else happens when a minute ends.
"""
