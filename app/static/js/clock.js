// How the page writes a wall time: for each hour of the day it says the full one, and one with {} where the minutes stand.
export function clockOf(region) {
  const hours = JSON.parse(region.dataset.clock);
  return (minutes) => {
    const [full, part] = hours[Math.floor(minutes / 60) % 24];
    return minutes % 60 ? part.replace("{}", String(minutes % 60).padStart(2, "0")) : full;
  };
}
