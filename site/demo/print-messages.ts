/** Asks the worker for an image that has developed up to a share. */
export interface PrintRequest {
  readonly id: number;
  readonly prompt: string;
  readonly seed: number;
  /** Progress from 0 to 1. */
  readonly share: number;
}

/** The pixels of a request, as RGBA. */
export interface PrintResponse {
  readonly id: number;
  readonly size: number;
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
}
