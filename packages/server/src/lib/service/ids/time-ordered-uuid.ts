/** The counter has 12 bits. It starts in the lower half, so that each millisecond has room for at least 2,048 ids. */
const counterEnd = 0x1000;
const counterStarts = 0x800;

/**
 * Creates UUIDs of version 7 (RFC 9562), each greater than the previous one: 48 bits of Unix time in milliseconds, a 12-bit
 * counter with a random start (section 6.2, method 1), 62 random bits. If the clock is set back, the latest millisecond
 * continues; if the counter overflows, the next one starts.
 *
 * @param platform.now Unix time in milliseconds, may have fractions.
 * @param platform.randomUuid a UUID of version 4; its last 62 random bits are used.
 * @param platform.random from 0 to below 1; need not be secure.
 */
export function timeOrderedUuids(platform: {
  readonly now: () => number;
  readonly randomUuid: () => string;
  readonly random: () => number;
}): () => string {
  let milliseconds = 0;
  let counter = 0;
  return () => {
    const now = Math.floor(platform.now());
    counter += 1;
    if (now > milliseconds || counter === counterEnd) {
      milliseconds = Math.max(now, milliseconds + 1);
      counter = Math.floor(platform.random() * counterStarts);
    }
    const time = milliseconds.toString(16).padStart(12, "0");
    const count = counter.toString(16).padStart(3, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count}${platform.randomUuid().slice(18)}`;
  };
}
