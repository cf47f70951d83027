// Numbers, times and text as people read them.

export const hours = (seconds) => `${(seconds / 3600).toFixed(1)} h`;
export const kilometres = (metres) => (metres < 950 ? `${Math.round(metres / 10) * 10} m` : `${(metres / 1000).toFixed(1)} km`);
export const percent = (share) => `${share > 0 ? "+" : share < 0 ? "−" : ""}${Math.abs(share * 100).toFixed(1)} %`;
export const money = (amount) =>
  amount === null || amount === undefined ? "–" : Math.round(amount).toLocaleString("en-GB").replaceAll(",", "\u202f");

/** Large amounts short enough for a table: 7.41M, 747K. */
export const compact = (amount) =>
  amount === null || amount === undefined ? "–" : new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: amount < 1e6 ? 0 : 2 }).format(amount);

export function minutes(seconds) {
  const whole = Math.round(seconds / 60);
  if (whole === 0 && seconds > 0) return "under 1 min";
  return whole < 60 ? `${whole} min` : `${Math.floor(whole / 60)} h ${String(whole % 60).padStart(2, "0")}`;
}

/** HH:MM of a UTC instant on the wall in `timeZone`. */
export function clock(instant, timeZone) {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(new Date(instant));
}

/** YYYY-MM-DD of a UTC instant on the calendar in `timeZone`. */
export function localDay(instant, timeZone) {
  const options = { timeZone, year: "numeric", month: "2-digit", day: "2-digit" };
  return new Intl.DateTimeFormat("en-CA", options).format(new Date(instant));
}

/** "Mon 23 Nov" of a local date YYYY-MM-DD: fits a phone's header in one line. */
export function longDate(day) {
  const options = { timeZone: "UTC", weekday: "short", day: "numeric", month: "short" };
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(`${day}T12:00:00Z`)).replace(",", "");
}

/** A tag's value as words: estate_agent is "estate agent". */
export const words = (code) => (code ?? "").replaceAll("_", " ").replaceAll(";", ", ");

export function shiftDay(day, by) {
  const moved = new Date(`${day}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + by);
  return moved.toISOString().slice(0, 10);
}

/** An element with properties and children; text is always text, never markup. */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Coordinates [lon, lat] of a polyline with precision 6. */
export function decodePolyline6(text) {
  const points = [];
  let index = 0;
  let lat = 0;
  let lon = 0;
  const next = () => {
    let result = 0;
    let shift = 0;
    let byte;
    do {
      byte = text.charCodeAt(index++) - 63;
      result |= (byte & 31) << shift;
      shift += 5;
    } while (byte >= 32);
    return result & 1 ? ~(result >> 1) : result >> 1;
  };
  while (index < text.length) {
    lat += next();
    lon += next();
    points.push([lon / 1e6, lat / 1e6]);
  }
  return points;
}
