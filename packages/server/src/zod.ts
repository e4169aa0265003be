/**
 * Fields for schemas of zod: uploaded images, videos and audio files as inputs.
 *
 * @module
 */
export {
  type AudioInputOptions,
  audioInput,
  type ImageInputOptions,
  imageInput,
  type VideoInputOptions,
  videoInput,
} from "./lib/model/upload-input.js";
