/** Price of one image in credits. */
export const pricePerImage = 4;
/** Initial credits of the owner. */
export const initialGrant = 1_000;
/** Prompt of the owner, which must not appear in the log. */
export const prompt = "my own dark secret";
/** Header that carries the token of the attempt, because not every vendor receives it. */
export const tokenHeader = "x-attempt-token";
