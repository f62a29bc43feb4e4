// Rows a second over the last seconds.

const seen = []; // [time in ms, rows so far]

// measureRate is told how many rows there are by now.
export function measureRate(rows, now = performance.now()) {
  if (rows < seen.at(-1)?.[1]) seen.length = 0; // the stream began anew
  seen.push([now, rows]);
  while (seen.length > 2 && now - seen[0][0] > 6000) seen.shift();
  const [then, before] = seen[0];
  return now > then ? 1000 * (rows - before) / (now - then) : 0;
}

// quiet reports whether nothing has come for 3 s.
export const quiet = () => performance.now() - (seen.at(-1)?.[0] ?? 0) > 3000;
