/** `2.1 s`, `3 min 20 s`, `1 h 05 min`. */
export function duration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** How a line begins: with the seconds since the command began. */
export function stamp(ms: number): string {
  return `${(ms / 1000).toFixed(1).padStart(7)} s  `;
}
