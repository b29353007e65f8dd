"""The reserved words of PartiQL: no identifier and no path component may be one of them unless it is quoted.

Source: recorded on the service in 2026, word by word. Data only.
"""

_RESERVED = """
absolute action add all allocate alter and any are as asc assertion at authorization avg bag begin between bigint
bit bit_length blob bool boolean by can_cast can_lossless_cast cascade cascaded case cast catalog char char_length
character character_length check clob close coalesce collate collation column commit conflict connect connection
constraint constraints continue convert corresponding count create cross current current_date current_time
current_timestamp current_user cursor date date_add date_diff deallocate dec decimal declare default deferrable
deferred delete desc describe descriptor diagnostics disconnect distinct do domain double drop else end escape
except exception exec execute exists external extract false fetch first float for foreign found from full get global
go goto grant group having identity immediate in index indicator initially inner input insensitive insert int
integer integer2 integer4 integer8 intersect interval into is isolation join key language last left let level like
limit list local lower match max min missing modified module names national natural nchar new next no not nothing
null nullif nulls numeric octet_length of offset old on only open option or order outer output overlaps pad partial
pivot position precision prepare preserve primary prior privileges procedure public read real references relative
remove restrict returning revoke right rollback rows schema scroll section select session session_user set sexp size
smallint some space sql sqlcode sqlerror sqlstate string struct substring sum symbol system_user table temporary
then time timestamp to transaction translate trim true tuple union unique unknown unpivot update upper usage user
using value values varchar varying view when whenever where with work write zone
"""
KEYWORDS = frozenset(_RESERVED.split())

# Keywords that are read as operators, so that they are refused as such where an operand should be.
OPERATOR_KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "like", "between", "union", "intersect", "except", "escape"}
)

# Keywords that name a function where a parenthesis follows.
_FUNCTIONS = """
size exists upper lower char_length character_length octet_length bit_length substring trim extract date_add
date_diff coalesce nullif position translate convert
"""
FUNCTION_KEYWORDS = frozenset(_FUNCTIONS.split())
AGGREGATES = frozenset({"count", "avg", "max", "min", "sum"})

# What may stand behind IS: the supported names with the type letters they mean, MISSING apart.
IS_TYPES = {
    "null": "NULL",
    "missing": "",
    "bool": "BOOL",
    "boolean": "BOOL",
    "blob": "B",
    "string": "S",
    "numeric": "N",
    "struct": "M",
    "tuple": "M",
    "list": "L",
}
# Known names that IS does not support, and how the refusal calls them.
UNSUPPORTED_IS_TYPES = {
    "smallint": "SmallintType",
    "integer2": "SmallintType",
    "int": "IntegerType",
    "integer": "IntegerType",
    "integer4": "Integer4Type",
    "integer8": "Integer8Type",
    "bigint": "Integer8Type",
    "float": "FloatType",
    "real": "RealType",
    "double": "DoublePrecisionType",
    "dec": "DecimalType",
    "decimal": "DecimalType",
    "timestamp": "TimestampType",
    "date": "DateType",
    "time": "TimeType",
    "char": "CharacterType",
    "character": "CharacterType",
    "varchar": "CharacterVaryingType",
    "symbol": "SymbolType",
    "clob": "ClobType",
    "sexp": "SexpType",
    "bag": "BagType",
    "any": "AnyType",
}
