"""DynamoDB's numbers, each with its source. Nothing here is a choice of ours; those are in settings.

Sources: G = Amazon DynamoDB Developer Guide, page ServiceQuotas or the page named; API = API reference; R = recorded
on the service in 2026.
"""

ITEM_SIZE_BYTES_MAX = 409_600  # G: 400 KB with names
PAGE_SIZE_BYTES_MAX = 1_048_576  # API Query, Scan: 1 MB
BATCH_GET_KEYS_MAX = 100  # API BatchGetItem
BATCH_GET_SIZE_BYTES_MAX = 16_777_216  # API BatchGetItem: 16 MB
BATCH_WRITE_REQUESTS_MAX = 25  # API BatchWriteItem
BATCH_WRITE_SIZE_BYTES_MAX = 16_777_216  # API BatchWriteItem: 16 MB
TRANSACTION_ACTIONS_MAX = 100  # API TransactWriteItems
TRANSACTION_SIZE_BYTES_MAX = 4_194_304  # API TransactWriteItems: 4 MB
TRANSACTION_TOKEN_SECONDS = 600  # API TransactWriteItems: ClientRequestToken, ten minutes
NESTING_LEVELS_MAX = 31  # R: a leaf may be wrapped in at most 31 maps and lists
NESTING_LEVELS_DEEP = 63  # R: from here a second, earlier check answers
NAME_SIZE_BYTES_MAX = 65_535  # G: Naming rules, attribute names of up to 64 KB
PROJECTED_NAME_LENGTH_MAX = 255  # G: Naming rules, names of keys and of projected attributes
PLACEHOLDER_SIZE_BYTES_MAX = 255  # G: Constraints, one expression attribute name or value with its # or :
SUBSTITUTIONS_SIZE_BYTES_MAX = 2_097_152  # G: Constraints, all substitution variables together: 2 MB
PARTITION_KEY_SIZE_BYTES_MAX = 2_048  # G
SORT_KEY_SIZE_BYTES_MAX = 1_024  # G
NUMBER_DIGITS_MAX = 38  # G: Naming rules and data types
NUMBER_EXPONENT_MAX = 125  # G: 9.99…E+125
NUMBER_EXPONENT_MIN = -130  # G: 1E-130
READ_UNIT_BYTES = 4_096  # G: read-write-operations
WRITE_UNIT_BYTES = 1_024  # G: read-write-operations
LIST_TABLES_MAX = 100  # API ListTables
GSI_MAX = 20  # G
LSI_MAX = 5  # G
TAGS_MAX = 50  # G
LIST_BACKUPS_MAX = 100  # API ListBackups
BACKUP_ARN_LENGTH_MIN = 37  # API CreateBackup
BACKUP_ARN_LENGTH_MAX = 1_024  # API CreateBackup
CONCURRENT_RESTORES_MAX = 50  # API RestoreTableFromBackup: of any type, in an account
CONCURRENT_EXPORTS_MAX = 300  # G: service quotas, table export to S3
CONCURRENT_IMPORTS_MAX = 50  # G: S3DataImport.Validation
KINESIS_DESTINATIONS_KEPT = 100  # ours: of a table; disabled and failed ones are listed for an unknown time
POLICY_SIZE_BYTES_MAX = 20_480  # G: rbac-considerations, 20 KB, blanks counted
ITEM_COLLECTION_SIZE_BYTES_MAX = 10_737_418_240  # G: LSI, 10 GB per partition key value
STREAM_RETENTION_SECONDS = 86_400  # G: Streams, 24 hours
ITERATOR_SECONDS = 900  # API GetShardIterator: 15 minutes
TTL_CHANGE_SECONDS_MAX = 3_600  # API UpdateTimeToLive: a change takes up to one hour, in which no other is taken
TTL_DELETE_SECONDS_MAX = 172_800  # API UpdateTimeToLive: expired items are typically deleted within two days
TTL_AGE_SECONDS_MAX = 157_788_000  # G: howitworks-ttl, five years
ON_DEMAND_INITIAL_READ_UNITS = 12_000  # G: on-demand-capacity-mode, initial throughput
ON_DEMAND_INITIAL_WRITE_UNITS = 4_000  # G: on-demand-capacity-mode, initial throughput
