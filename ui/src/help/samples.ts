/** Values and events as a journal may hold them, for the figures. */

/** Values of which no two look alike, though a plain text would show most of them as nothing. */
export const INVISIBLE = [null, "", "Ada ", "555\u00a00187", "\u202egnp.exe"];

export const UPDATE = {
  field: "rate",
  before: "61.50",
  after: "74.25",
  actor: "Sarah",
  source: "api",
  time: "10:04:12",
};

export const IMPORT = {
  records: ["CAND-00344", "CAND-00343", "CAND-00342"],
  actor: "ingest_pipeline",
};
