// Keeps the pages, their files and the map tiles that were seen, so that the phone page opens without a connection.
// What the API answers is not kept here: the page itself keeps days, with their ETags (see api.js).

const FILES = "beatplan-files-1";
const TILES = "beatplan-tiles-1";
const MOST_TILES = 600;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(Promise.all([self.clients.claim(), dropOldCaches()])));

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (address.pathname.startsWith("/map/tiles/")) event.respondWith(keptFirst(event.request));
  else if (address.pathname === "/rep" || address.pathname.startsWith("/static/") || address.pathname === "/map/style.json") event.respondWith(serverFirst(event.request));
});

async function dropOldCaches() {
  for (const name of await caches.keys()) if (![FILES, TILES].includes(name)) await caches.delete(name);
}

/** A tile's address names its map and version, so it never changes. */
async function keptFirst(request) {
  const cache = await caches.open(TILES);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request, response.clone());
    const all = await cache.keys();
    for (const old of all.slice(0, Math.max(0, all.length - MOST_TILES))) await cache.delete(old);
  }
  return response;
}

/** New files at once where there is a connection; a query such as ?date= makes no other page. */
async function serverFirst(request) {
  const cache = await caches.open(FILES);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
