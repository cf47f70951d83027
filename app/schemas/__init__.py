"""Request and response types of the HTTP interface, one file a resource; use cases' own types are used as they are."""
