"""The HTTP interface: one thin blueprint a resource, errors as problems, pages and the OpenAPI document."""
