"""All that is recorded under one party, and evidence down to its source."""

from queries.credit_file.credit_file import CreditFileSource, credit_file
from queries.credit_file.records import records, records_of, records_of_count

__all__ = ["CreditFileSource", "credit_file", "records", "records_of", "records_of_count"]
