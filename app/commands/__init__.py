"""The command line: prepare, serve, work; `python -m app.commands.run --help`."""
