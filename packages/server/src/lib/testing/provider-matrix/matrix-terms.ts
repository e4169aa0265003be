/** What a picture costs. */
export const pricePerPicture = 4;
/** What the owner starts with. */
export const initialGrant = 1_000;
/** The prompt of the owner: it must not appear in the log. */
export const prompt = "my own dark secret";
/** Which attempt a paid request belongs to, since not every vendor is told. */
export const tokenHeader = "x-attempt-token";
