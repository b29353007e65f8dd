"""Contributor Insights: which keys are accessed and throttled most, as far as DynamoDB's own API tells."""
