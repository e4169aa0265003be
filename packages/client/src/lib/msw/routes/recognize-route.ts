import type { FileMark, RecognizeResponse } from "../../contract/recognition.js";
import type { MockRequest } from "../request/mock-request.js";
import { Refusal } from "../request/refusal.js";
import { tinyPng } from "../request/tiny-png.js";
import type { MockState } from "../state/mock-state.js";

const mark: FileMark = {
  digitalSourceType: "trainedAlgorithmicMedia",
  system: null,
  createdAt: null,
  generationId: null,
  c2pa: false,
};

/** Every output of the mock server is the same image, which is recognized once an output exists. No other file has a mark. */
export const recognizeRoute = {
  "POST /recognize"(state: MockState, { bytes }: MockRequest): Response {
    if (!state.settings.recognition) throw new Refusal("not_found");
    const output = tinyPng();
    const isOutput = bytes.byteLength === output.byteLength && output.every((byte, index) => byte === bytes[index]);
    const madeHere = isOutput && state.hasOutputs;
    const body: RecognizeResponse = { file: { madeHere, mark: madeHere ? mark : null } };
    return Response.json(body);
  },
};
