"""From a phone's GPS trace to the roads that were driven and the kilometres on them."""
