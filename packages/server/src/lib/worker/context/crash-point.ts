/**
 * A point at which a crash of the process is hardest to recover from, named as in docs/reliability.md. Tests kill the
 * process when the worker passes a point.
 *
 * - `P4`: claimed, nothing done
 * - `P5`: intent committed, paid request not sent
 * - `P7`: response received, not yet recorded
 * - `P8`: operation recorded
 * - `P9`: about to poll
 * - `P12`: between the bytes of two outputs
 * - `P13`: all bytes stored, end not committed
 * - `P15`: end committed, no hint published
 * - `P16`: about to renew a lease
 * - `P18`: bytes deleted, outbox item not confirmed
 * - `P20`: draining
 * - `P21`: an output checked, its bytes not stored
 *
 * The other points are in a provider (`P6`), the store (`P14`, `P17`) or the service (`P1` to `P3`, `P10`, `P11`).
 */
export type CrashPoint = "P4" | "P5" | "P7" | "P8" | "P9" | "P12" | "P13" | "P15" | "P16" | "P18" | "P20" | "P21";
