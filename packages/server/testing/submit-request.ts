import { type InputFiles, InputFileUnavailable } from "../src/lib/ports/input-files.js";
import type { SubmitRequest } from "../src/lib/ports/provider.js";

/** The input and the other fields that a test sets. */
export type SubmitRequestChange<Input> = Pick<SubmitRequest<Input>, "input"> & Partial<SubmitRequest<Input>>;

/** The request that a worker passes to `provider.submit` for an input. Unset fields are those of a first attempt. */
export function submitRequest<Input>(change: SubmitRequestChange<Input>): SubmitRequest<Input> {
  return {
    token: "token-1",
    attempt: 1,
    generationId: `gen_of_${change.token ?? "token-1"}`,
    files: noInputFiles,
    onProgress: () => {},
    signal: new AbortController().signal,
    ...change,
  };
}

/** The uploads of a generation without any: each read rejects with `InputFileUnavailable`. */
export const noInputFiles: InputFiles = {
  read: (reference) => Promise.reject(new InputFileUnavailable(reference)),
  urlOf: (reference) => Promise.reject(new InputFileUnavailable(reference)),
};
