/** Of the counter's 12 bits: beginning in the lower half leaves every millisecond room for 2,048 ids or more. */
const counterEnd = 0x1000;
const counterStarts = 0x800;

/**
 * Makes UUIDs of version 7 (RFC 9562), each greater than the one before it: 48 bits of Unix time in milliseconds, 12 of a
 * counter that begins anywhere (section 6.2, method 1), 62 random ones. A clock that is set back, and a counter that is
 * used up, go on in the latest millisecond, and in the one after it.
 *
 * @param platform.now in milliseconds; a clock may be finer than that.
 * @param platform.randomUuid of version 4; its last 62 random bits are taken over.
 * @param platform.random from 0 to 1, without 1; nothing secret depends on it.
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
