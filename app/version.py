"""The version that the service says it has."""

VERSION = "0.1.0"
