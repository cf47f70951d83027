"""The base map: vector tiles and their style, made from our own road network and backdrop."""
