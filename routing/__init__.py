"""Travel times on an OpenStreetMap road network, and visit plans over them. Usable without the service."""
