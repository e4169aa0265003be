/** An abstract landscape as SVG, another one for each seed. An image of one pixel would hide faults of the layout. */
export function picture(seed: string): string {
  const number = [...seed].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 100_003, 7);
  const hue = number % 360;
  const hills = [0, 1, 2].map((index) => {
    const top = 520 + index * 130;
    const bend = 60 + ((number >> (index * 3)) % 120);
    return `<path fill="hsl(${(hue + 30 + index * 18) % 360} 45% ${38 - index * 11}%)" d="M0 ${top} Q 250 ${top - bend} 500 ${top - 20} T 1024 ${top - bend / 2} V 1024 H 0 Z"/>`;
  });
  const sun = { x: 200 + (number % 600), y: 260 + (number % 140) };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024" width="1024" height="1024"><defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue} 55% 32%)"/><stop offset=".7" stop-color="hsl(${(hue + 40) % 360} 75% 72%)"/></linearGradient></defs><rect width="1024" height="1024" fill="url(#sky)"/><circle cx="${sun.x}" cy="${sun.y}" r="90" fill="hsl(${(hue + 50) % 360} 90% 88%)"/>${hills.join("")}</svg>`;
}
