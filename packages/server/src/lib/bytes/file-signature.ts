/** Length of the longest signature of a media file, in bytes: the first bytes of a file, which identify its type. */
export const fileSignatureBytes = 12;
