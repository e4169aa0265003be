/** Approximate JSON size of one output with its signed URLs, placeholder and thumbnail, in bytes. */
const bytesPerOutput = 1_024;

/**
 * Approximate JSON size of a generation `g`, in bytes. Reads no text: the row headers contain the sizes, and an index
 * counts the outputs.
 */
export const generationSize = `coalesce(octet_length(g.input), 0) + coalesce(octet_length(g.metadata), 0)
        + ${bytesPerOutput} * (SELECT count(*) FROM @outputs o WHERE o.generation_id = g.id)`;
