export { measureMedia } from "../media/measure-media.js";
