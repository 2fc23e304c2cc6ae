/** Values of which no two look alike, though a plain text would show most of them as nothing. */
export const UNSEEN = [null, "", "Ada ", "555\u00a00187", "\u202egnp.exe"];
