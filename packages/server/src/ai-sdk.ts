/**
 * Image and video models of the AI SDK as providers. Needs only the package of the model.
 *
 * @module
 */
export { type AiSdkOptions, aiSdk } from "./lib/provider/ai-sdk/ai-sdk.js";
export type { AiSdkInput } from "./lib/provider/ai-sdk/ai-sdk-input.js";
export { type AiSdkVideoOptions, aiSdkVideo } from "./lib/provider/ai-sdk/ai-sdk-video.js";
export type { AiSdkVideoInput } from "./lib/provider/ai-sdk/ai-sdk-video-input.js";
export type { AiSdkCall, AiSdkFile, AiSdkImageModel, AiSdkResult } from "./lib/provider/ai-sdk/image-model.js";
export type {
  AiSdkVideoCall,
  AiSdkVideoModel,
  AiSdkVideoResult,
  AiSdkVideoStart,
  AiSdkVideoStatus,
} from "./lib/provider/ai-sdk/video-model.js";
export type { AiSdkWarning } from "./lib/provider/ai-sdk/warnings.js";
