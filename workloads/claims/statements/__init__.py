"""What each document says and can be checked, one YAML file a document; claim.py reads them."""
