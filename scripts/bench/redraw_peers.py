"""What one would do for territories without a designer."""

import math

import numpy as np
from scipy.cluster.vq import kmeans2
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist

from routing.arrays import Float64Array, Int32Array


def nearest_home(home_to_unit_s: Int32Array) -> Int32Array:
    """Each unit to the rep with the shortest drive, (n); knows no balance."""
    found: Int32Array = home_to_unit_s.argmin(axis=0).astype(np.int32)
    return found


def plain_k_means(
    lon: Float64Array, lat: Float64Array, home_lon: Float64Array, home_lat: Float64Array, seed: int
) -> Int32Array:
    """Lloyd's k-means (k-means++ start) on coordinates in one scale; each cluster then goes to one of the homes so that
    the straight distances add up to the least."""
    scale = math.cos(math.radians(float(lat.mean())))
    units, homes = np.column_stack([lon * scale, lat]), np.column_stack([home_lon * scale, home_lat])
    centres, cluster_of_unit = kmeans2(units, len(homes), minit="++", seed=seed)
    clusters, rep_of_cluster = linear_sum_assignment(cdist(centres, homes))
    owner = np.empty(len(homes), np.int32)
    owner[clusters] = rep_of_cluster
    found: Int32Array = owner[cluster_of_unit]
    return found
