/**
 * The one door to the core: every command and every event, typed. Nothing else in the window
 * imports `@tauri-apps`, and nothing that passes here names a path.
 */
import { Channel, invoke as call, type InvokeArgs } from "@tauri-apps/api/core";
import { listen, type UnlistenFn } from "@tauri-apps/api/event";
import { whileWorking } from "../common/readiness";
import type { Amend } from "./gen/Amend";
import type { ChainsPage } from "./gen/ChainsPage";
import type { Comparison } from "./gen/Comparison";
import type { EventDetail } from "./gen/EventDetail";
import type { EventRow } from "./gen/EventRow";
import type { EventsPage } from "./gen/EventsPage";
import type { Facets } from "./gen/Facets";
import type { Filters } from "./gen/Filters";
import type { Found } from "./gen/Found";
import type { PageFrom } from "./gen/PageFrom";
import type { Preview } from "./gen/Preview";
import type { Problem } from "./gen/Problem";
import type { RecordFilters } from "./gen/RecordFilters";
import type { RecordsPage } from "./gen/RecordsPage";
import type { RecordKey } from "./gen/RecordKey";
import type { RecordView } from "./gen/RecordView";
import type { Settings } from "./gen/Settings";
import type { Start } from "./gen/Start";
import type { Status } from "./gen/Status";
import type { TimelineFrom } from "./gen/TimelineFrom";
import type { TimelinePage } from "./gen/TimelinePage";
import type { View } from "./gen/View";

export type { Amend } from "./gen/Amend";
export type { Bar } from "./gen/Bar";
export type { ChainBreak } from "./gen/ChainBreak";
export type { ChainsPage } from "./gen/ChainsPage";
export type { ColumnLayout } from "./gen/ColumnLayout";
export type { Comparison } from "./gen/Comparison";
export type { Count } from "./gen/Count";
export type { Coverage } from "./gen/Coverage";
export type { EventDetail } from "./gen/EventDetail";
export type { EventLine } from "./gen/EventLine";
export type { EventRow } from "./gen/EventRow";
export type { EventsPage } from "./gen/EventsPage";
export type { Facets } from "./gen/Facets";
export type { Field } from "./gen/Field";
export type { FieldChange } from "./gen/FieldChange";
export type { Filters } from "./gen/Filters";
export type { Fold } from "./gen/Fold";
export type { Found } from "./gen/Found";
export type { PageFrom } from "./gen/PageFrom";
export type { Preview } from "./gen/Preview";
export type { Problem } from "./gen/Problem";
export type { ProblemKind } from "./gen/ProblemKind";
export type { Reading } from "./gen/Reading";
export type { Recent } from "./gen/Recent";
export type { ReadingProgress } from "./gen/ReadingProgress";
export type { RecordFilters } from "./gen/RecordFilters";
export type { RecordKey } from "./gen/RecordKey";
export type { RecordRow } from "./gen/RecordRow";
export type { RecordsPage } from "./gen/RecordsPage";
export type { RecordView } from "./gen/RecordView";
export type { SavedView } from "./gen/SavedView";
export type { Settings } from "./gen/Settings";
export type { Start } from "./gen/Start";
export type { Status } from "./gen/Status";
export type { Term } from "./gen/Term";
export type { Theme } from "./gen/Theme";
export type { TimelineFrom } from "./gen/TimelineFrom";
export type { TimelineItem } from "./gen/TimelineItem";
export type { TimelinePage } from "./gen/TimelinePage";
export type { Value } from "./gen/Value";
export type { View } from "./gen/View";
export type { What } from "./gen/What";

/** Where a page of records or chains begins, and how long it may be. */
export interface PageRequest {
  after: string | null;
  limit: number;
}

/** Every command is asked here, so that the window knows whether one is under way. */
const invoke = <T>(command: string, args?: InvokeArgs): Promise<T> =>
  whileWorking(call<T>(command, args));

export const start = () => invoke<Start>("start");
export const openDialog = () => invoke<Status | null>("open_dialog");
export const openRecent = (handle: string) => invoke<Status>("open_recent", { handle });
export const openSample = () => invoke<Status>("open_sample");
export const status = () => invoke<Status>("status");

export const events = (filters: Filters, from: PageFrom, limit: number, fold: boolean) =>
  invoke<EventsPage>("events", { filters, from, limit, fold });
/** How many events match now. */
export const count = (filters: Filters) => invoke<number>("count", { filters });
export const facets = (filters: Filters) => invoke<Facets>("facets", { filters });
export const event = (address: string) => invoke<EventDetail>("event", { address });
export const record = (id: RecordKey, view: View) => invoke<RecordView>("record", { id, view });
export const timeline = (
  id: RecordKey,
  at: string | null,
  only: string | null,
  from: TimelineFrom,
  limit: number,
) => invoke<TimelinePage>("timeline", { id, at, only, from, limit });
export const compare = (id: RecordKey, from: View, to: View) =>
  invoke<Comparison>("compare", { id, from, to });
export const records = (filters: RecordFilters, page: PageRequest) =>
  invoke<RecordsPage>("records", { filters, ...page });
export const chains = (page: PageRequest) => invoke<ChainsPage>("chains", { ...page });
/** `heard` is told what was found so far, until the answer is whole. */
export async function find(text: string, heard: (found: Found) => void): Promise<Found> {
  const found = new Channel<Found>();
  let whole = false;
  // A part takes another way than the answer, and may come after it.
  found.onmessage = (part) => {
    if (!whole) heard(part);
  };
  try {
    return await invoke<Found>("find", { text, found });
  } finally {
    whole = true;
  }
}

export const preview = (amend: Amend) => invoke<Preview[]>("preview", { amend });
export const amend = (amend: Amend) => invoke<EventRow[]>("amend", { amend });
export const noteRecord = (id: RecordKey, text: string) =>
  invoke<EventRow>("note_record", { id, text });
export const flush = () => invoke<Status>("flush");
/** Draws everything in the window larger or smaller. */
export const setZoom = (value: number) =>
  invoke<void>("plugin:webview|set_webview_zoom", { value });
export const saveSettings = (settings: Settings) => invoke<Settings>("settings", { settings });

/** What the core tells the window unasked. */
export interface Heard {
  opened: Status;
  opening_failed: Problem;
  status: Status;
}

export const hear = <K extends keyof Heard>(
  name: K,
  handle: (payload: Heard[K]) => void,
): Promise<UnlistenFn> => listen<Heard[K]>(name, (event) => handle(event.payload));

/** What a command was refused with. A failure of the bridge itself becomes a problem too. */
export function asProblem(error: unknown): Problem {
  if (isProblem(error)) return error;
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}

function isProblem(error: unknown): error is Problem {
  return typeof error === "object" && error !== null && "kind" in error && "message" in error;
}
