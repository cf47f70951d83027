// Links that hand a stop, or the rest of a day, over to a navigation app.

const pair = (stop) => `${stop.lat.toFixed(6)},${stop.lon.toFixed(6)}`;

/** One stop in each app that reps use. */
export function stopLinks(stop) {
  const at = pair(stop);
  return [
    ["Google Maps", `https://www.google.com/maps/dir/?api=1&destination=${at}&travelmode=driving&dir_action=navigate`],
    ["Apple Maps", `https://maps.apple.com/?daddr=${at}&dirflg=d`],
    ["Waze", `https://waze.com/ul?ll=${encodeURIComponent(at)}&navigate=yes`],
    ["Other app", `geo:${at}?q=${at}(${encodeURIComponent(stop.name)})`],
  ];
}

/** The remaining stops as Google links; on a phone it takes at most three stops on the way to a destination. */
export function tourLinks(stops, mostWaypoints = 3) {
  const links = [];
  for (let first = 0; first < stops.length; first += mostWaypoints + 1) {
    const part = stops.slice(first, first + mostWaypoints + 1);
    const origin = first ? `&origin=${pair(stops[first - 1])}` : "";
    const way = part.slice(0, -1).map(pair).join("|");
    const waypoints = way ? `&waypoints=${encodeURIComponent(way)}` : "";
    const destination = pair(part[part.length - 1]);
    const [begin, end] = [part[0].sequence, part[part.length - 1].sequence];
    links.push([
      begin === end ? `Stop ${begin}` : `Stops ${begin}–${end}`,
      `https://www.google.com/maps/dir/?api=1${origin}&destination=${destination}${waypoints}&travelmode=driving&dir_action=navigate`,
    ]);
  }
  return links;
}
