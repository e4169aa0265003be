import { handle } from "../generations.server";

export const loader = handle;
export const action = handle;
