/**
 * How long an abandoned `put` may still store its bytes, in milliseconds. Its connection was lost or its time was up, and the
 * storage may commit the body after the objects of the same generation have been deleted.
 */
export const lateBytesMs = 10 * 60_000;
