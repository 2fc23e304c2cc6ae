/**
 * The one door to the core: every command and every event, typed. Nothing else in the window
 * imports `@tauri-apps`, and no path passes here but one that a person typed.
 */
import { Channel, invoke as call, type InvokeArgs } from "@tauri-apps/api/core";
import type { UnlistenFn } from "@tauri-apps/api/event";
import { getCurrentWebviewWindow } from "@tauri-apps/api/webviewWindow";
import { whileWorking } from "../common/readiness";
import type { Amend } from "./gen/Amend";
import type { ChainsPage } from "./gen/ChainsPage";
import type { Comparison } from "./gen/Comparison";
import type { EventDetail } from "./gen/EventDetail";
import type { EventsPage } from "./gen/EventsPage";
import type { ExportForm } from "./gen/ExportForm";
import type { Exported } from "./gen/Exported";
import type { ExportProgress } from "./gen/ExportProgress";
import type { ExportRequest as SomeExportRequest } from "./gen/ExportRequest";
import type { Facets } from "./gen/Facets";
import { type ColumnName } from "./gen/Columns";
import type { Filters as GeneratedFilters } from "./gen/Filters";
import type { PictureRequest as SomePictureRequest } from "./gen/PictureRequest";
import type { SavedView } from "./gen/SavedView";
import type { SearchResults } from "./gen/SearchResults";
import type { OpeningFailed } from "./gen/OpeningFailed";
import type { NewestEvents as SomeNewestEvents } from "./gen/NewestEvents";
import type { Predicate as GeneratedPredicate } from "./gen/Predicate";
import type { PageFrom } from "./gen/PageFrom";
import type { Coverage } from "./gen/Coverage";
import type { Preview } from "./gen/Preview";
import type { ApiError } from "./gen/ApiError";
import type { Recorded } from "./gen/Recorded";
import type { Imported } from "./gen/Imported";
import type { ImportFile } from "./gen/ImportFile";
import type { ImportPlan } from "./gen/ImportPlan";
import type { Mapping } from "./gen/Mapping";
import type { NamedLocation } from "./gen/NamedLocation";
import type { RecentChanges } from "./gen/RecentChanges";
import type { RecordFilters as SomeRecordFilters } from "./gen/RecordFilters";
import type { RecordsPage } from "./gen/RecordsPage";
import type { RecordId } from "./gen/RecordId";
import type { RecordView } from "./gen/RecordView";
import type { Settings } from "./gen/Settings";
import type { SettingsChange } from "./gen/SettingsChange";
import type { SqlExported } from "./gen/SqlExported";
import type { SqlProgress } from "./gen/SqlProgress";
import type { SqlQuestion } from "./gen/SqlQuestion";
import type { SqlReply } from "./gen/SqlReply";
import type { SqlRows } from "./gen/SqlRows";
import type { SqlText } from "./gen/SqlText";
import type { Start } from "./gen/Start";
import type { Status } from "./gen/Status";
import type { TimelineFrom } from "./gen/TimelineFrom";
import type { TimelinePage } from "./gen/TimelinePage";
import type { TimeSpan } from "./gen/TimeSpan";
import type { View } from "./gen/View";
import type { WindowQuery as SomeWindowQuery } from "./gen/WindowQuery";

export type { Amend } from "./gen/Amend";
export type { HistogramBin } from "./gen/HistogramBin";
export type { ChainBreak } from "./gen/ChainBreak";
export type { ChainsPage } from "./gen/ChainsPage";
export type { ColumnLayout } from "./gen/ColumnLayout";
export type { Comparison } from "./gen/Comparison";
export type { ComparisonOperator } from "./gen/ComparisonOperator";
export type { Count } from "./gen/Count";
export type { Coverage } from "./gen/Coverage";
export type { Day } from "./gen/Day";
export type { EventDetail } from "./gen/EventDetail";
export type { EventItem } from "./gen/EventItem";
export type { EventRow } from "./gen/EventRow";
export type { EventsPage } from "./gen/EventsPage";
export type { Exported } from "./gen/Exported";
export type { ExportForm } from "./gen/ExportForm";
export type { ExportProgress } from "./gen/ExportProgress";
export type { Facets } from "./gen/Facets";
export type { Field } from "./gen/Field";
export type { FieldChange } from "./gen/FieldChange";
export type { FieldCorrection } from "./gen/FieldCorrection";
export type { FoldProgress } from "./gen/FoldProgress";
export type { Group } from "./gen/Group";
export type { SearchResults } from "./gen/SearchResults";
export type { CellSource } from "./gen/CellSource";
export type { ImportColumn } from "./gen/ImportColumn";
export type { Imported } from "./gen/Imported";
export type { ImportFile } from "./gen/ImportFile";
export type { ImportKind } from "./gen/ImportKind";
export type { ImportPlan } from "./gen/ImportPlan";
export type { ImportSummary } from "./gen/ImportSummary";
export type { LagBin } from "./gen/LagBin";
export type { Limit } from "./gen/Limit";
export type { LocationKind } from "./gen/LocationKind";
export type { Mark } from "./gen/Mark";
export type { Mapping } from "./gen/Mapping";
export type { NamedLocation } from "./gen/NamedLocation";
export type { OpeningFailed } from "./gen/OpeningFailed";
export type { PictureForm } from "./gen/PictureForm";
export type { Pattern } from "./gen/Pattern";
export type { PageFrom } from "./gen/PageFrom";
export type { Preview } from "./gen/Preview";
export type { ApiError } from "./gen/ApiError";
export type { ErrorKind } from "./gen/ErrorKind";
export type { Reading } from "./gen/Reading";
export type { PendingElsewhere } from "./gen/PendingElsewhere";
export type { Recent } from "./gen/Recent";
export type { RecentChanges } from "./gen/RecentChanges";
export type { ReadingProgress } from "./gen/ReadingProgress";
export type { Recorded } from "./gen/Recorded";
export type { RecordId } from "./gen/RecordId";
export type { RecordSummary } from "./gen/RecordSummary";
export type { RecordsPage } from "./gen/RecordsPage";
export type { RecordView } from "./gen/RecordView";
export type { SavedView } from "./gen/SavedView";
export type { Settings } from "./gen/Settings";
export type { SettingsChange } from "./gen/SettingsChange";
export type { SqlColumn } from "./gen/SqlColumn";
export type { SqlExported } from "./gen/SqlExported";
export type { SqlKind } from "./gen/SqlKind";
export type { SqlProgress } from "./gen/SqlProgress";
export type { SqlQuestion } from "./gen/SqlQuestion";
export type { SqlReply } from "./gen/SqlReply";
export type { SqlRows } from "./gen/SqlRows";
export type { SqlText } from "./gen/SqlText";
export type { Start } from "./gen/Start";
export type { Status } from "./gen/Status";
export type { Step } from "./gen/Step";
export type { Term } from "./gen/Term";
export type { Theme } from "./gen/Theme";
export type { TimelineFrom } from "./gen/TimelineFrom";
export type { TimelineItem } from "./gen/TimelineItem";
export type { TimelinePage } from "./gen/TimelinePage";
export type { TimeSpan } from "./gen/TimeSpan";
export type { Undecided } from "./gen/Undecided";
export type { Value } from "./gen/Value";
export type { View } from "./gen/View";
export type { AmendKind } from "./gen/AmendKind";
export type { CompareSide } from "./gen/CompareSide";
export type { Pane } from "./gen/Pane";
export type { WindowView } from "./gen/WindowView";

/** What a predicate is about: of more columns than terms can filter by. */
export interface Subject {
  column: ColumnName;
  member: string | null;
}
type OfSubject<P> = P extends { of: unknown } ? Omit<P, "of"> & { of: Subject } : P;
export type Predicate = OfSubject<GeneratedPredicate>;

type SomeFilters = Omit<GeneratedFilters, "predicates"> & { predicates: Predicate[] };
/** The filters of the window, which names every column. */
export type Filters = Required<SomeFilters>;
export type NewestEvents = Omit<SomeNewestEvents, "filters"> & { filters: Filters };
export type ExportRequest = Omit<SomeExportRequest, "filters"> & { filters: Filters };
export type PictureRequest = Omit<SomePictureRequest, "filters"> & { filters: Filters };
export type RecordFilters = Omit<SomeRecordFilters, "events"> & { events: SomeFilters };
export type WindowQuery = Omit<SomeWindowQuery, "filters" | "off"> & {
  filters: SomeFilters;
  off: SomeFilters[];
};

/** An answer, and the files it rests on. */
export type Covered<T> = T & { coverage: Coverage };

export { COLUMNS, type Column, type ColumnName } from "./gen/Columns";
export { LONGEST_CELL, MOST_EVENTS_OF_A_SHEET } from "./gen/Sheet";
export { SQL_TABLES } from "./gen/SqlTables";

/** Where a page of records or chains begins, and how long it may be. */
export interface PageRequest {
  after: string | null;
  limit: number;
}

/** Every command goes through here, so that the window knows whether one is under way. */
const invoke = <T>(command: string, args?: InvokeArgs): Promise<T> =>
  whileWorking(call<T>(command, args));

/** With the newest events, where they are asked for. */
export const start = (events: NewestEvents | null = null) => invoke<Start>("start", { events });
/** Opens what is chosen in a dialog: a folder, or an archive. */
export const openDialog = (archive: boolean) => invoke<Status | null>("open_dialog", { archive });
/** What a typed URL names; null while it names nothing yet. */
export const readLocation = (text: string) =>
  invoke<NamedLocation | null>("read_location", { text });
export const openLocation = (text: string) => invoke<Status>("open_location", { text });
/** Gives up the opening that is under way; the command that began it fails as cancelled. */
export const cancelOpening = () => invoke<void>("cancel_opening");
export const openRecent = (handle: string) => invoke<Status>("open_recent", { handle });
export const recentChanges = (handle: string) =>
  invoke<RecentChanges>("recent_changes", { handle });
/** Opens the open journal again, as one that was moved to where it is now. */
export const openMoved = () => invoke<Status>("open_moved");
export const openSample = () => invoke<Status>("open_sample");
/** Opens another window with a recent journal; by null with the one that is open here, if one is. */
export const newWindow = (handle: string | null) => invoke<void>("new_window", { handle });
/** Looks for what is new in a bucket that is near; of one in a store tells what is known. */
export const status = () => invoke<Status>("status");
/** Looks at the whole bucket, which takes longer where it is far. */
export const look = () => invoke<Status>("look");

export const events = (filters: Filters, from: PageFrom, limit: number, group: boolean) =>
  invoke<EventsPage>("events", { filters, from, limit, group });
/** How many events match now. */
export const count = (filters: Filters) => invoke<number>("count", { filters });
/** `zone` is the IANA name of the time zone of the histogram. */
export const facets = (filters: Filters, zone: string) =>
  invoke<Covered<Facets>>("facets", { filters, zone });
export const event = (address: string) => invoke<EventDetail>("event", { address });
export const record = (id: RecordId, view: View) => invoke<RecordView>("record", { id, view });
export const timeline = (
  id: RecordId,
  at: string | null,
  only: string | null,
  from: TimelineFrom,
  limit: number,
) => invoke<TimelinePage>("timeline", { id, at, only, from, limit });
export const compare = (id: RecordId, from: View, to: View) =>
  invoke<Comparison>("compare", { id, from, to });
export const records = (filters: RecordFilters, page: PageRequest) =>
  invoke<Covered<RecordsPage>>("records", { filters, ...page });
/** The names of at most 200 records now, in the order of the records; null for one without a name. */
export const recordNames = (records: RecordId[]) =>
  invoke<(string | null)[]>("record_names", { records });
export const chains = (page: PageRequest) => invoke<ChainsPage>("chains", { ...page });
/** A query as text, with the zone of the times on screen by its IANA name. */
export const writeQuery = (query: WindowQuery, zone: string) =>
  invoke<string>("write_query", { query, zone });
/** The query that a text is; null where it is only a text to search for. A text that names no zone is in this one. */
export const readQuery = (text: string, zone: string) =>
  invoke<WindowQuery | null>("read_query", { text, zone });
/** The name of the time zone that a text names; null if it names none. */
export const queryZone = (text: string) => invoke<string | null>("query_zone", { text });
/** The filters that a text is, in this zone if it names none. */
export const readFilters = (text: string, zone: string) =>
  invoke<SomeFilters>("read_filters", { text, zone });
/** The text of filters, with times in this zone. */
export const writeFilters = (filters: Filters, zone: string) =>
  invoke<string>("write_filters", { filters, zone });
/** The span that a text such as `last quarter` means, in this zone. */
export const readSpan = (text: string, zone: string) =>
  invoke<TimeSpan>("read_span", { text, zone });
/** The instant that a text means in a time zone, of a day its last one; null if it is no time. */
export const readTime = (text: string, zone: string) =>
  invoke<string | null>("read_time", { text, zone });

/** `onPart` takes what was found so far, until the answer is whole. */
export async function search(
  text: string,
  onPart: (part: SearchResults) => void,
): Promise<SearchResults> {
  const found = new Channel<SearchResults>();
  let whole = false;
  // A part takes another way than the answer, and may come after it.
  found.onmessage = (part) => {
    if (!whole) onPart(part);
  };
  try {
    return await invoke<SearchResults>("search", { text, found });
  } finally {
    whole = true;
  }
}

export const preview = (amend: Amend) => invoke<Preview[]>("preview", { amend });
export const amend = (amend: Amend) => invoke<Recorded>("amend", { amend });
export const noteRecord = (id: RecordId, text: string) =>
  invoke<Recorded>("note_record", { id, text });
export const flush = () => invoke<Status>("flush");

/**
 * Exports events to where the person says, whom the core asks; null if they closed the dialog. `onProgress`
 * is called from then on.
 */
export const exportEvents = (
  request: ExportRequest,
  onProgress: (progress: ExportProgress) => void,
) =>
  invokeWithProgress<Exported | null, ExportProgress>(
    "export_events",
    { export: request },
    onProgress,
  );
/** Gives up the export that is under way; the command that began it fails as cancelled. */
export const cancelExport = () => invoke<void>("cancel_export");

/** Chooses a table to bring in, which the core asks for; null if the dialog was closed. */
export const chooseImport = () => invoke<ImportFile | null>("choose_import");
/** Reads a mapping from a file that the core asks for; null if the dialog was closed. */
export const openMapping = () => invoke<Mapping | null>("open_mapping");
/** Saves a mapping where the person says, and returns the name of its file; null if the dialog was closed. */
export const saveMapping = (mapping: Mapping) => invoke<string | null>("save_mapping", { mapping });
/** Compares the chosen table with the journal. Nothing is recorded. */
export const planImport = (mapping: Mapping) => invoke<ImportPlan>("plan_import", { mapping });
/** Records what the last comparison told. */
export const recordImport = () => invoke<Imported>("record_import");
/** Forgets the chosen table. */
export const endImport = () => invoke<void>("end_import");
/** Asks in SQL: the first page of the answer. A later question cancels an earlier one. */
export const askSql = (question: SqlQuestion) => invoke<SqlReply>("ask_sql", { question });
/** The next page of the answer that was asked last. */
export const moreSqlRows = () => invoke<SqlRows>("more_sql_rows");
/** How many rows that answer has. */
export const countSqlRows = () => invoke<number>("count_sql_rows");
/** Gives up the question that is under way; the command that asked it fails as cancelled. */
export const cancelSql = () => invoke<void>("cancel_sql");
/** Exports a whole answer, as {@link exportEvents} does events. */
export const exportSql = (
  question: SqlQuestion,
  form: ExportForm,
  onProgress: (progress: SqlProgress) => void,
) =>
  invokeWithProgress<SqlExported | null, SqlProgress>("export_sql", { question, form }, onProgress);
export const cancelSqlExport = () => invoke<void>("cancel_sql_export");
/**
 * Saves a text as a file where the person says, for which a name is proposed without its ending. Returns
 * the name of the file; null if they closed the dialog.
 */
export const saveSqlText = (name: string, text: string) =>
  invoke<string | null>("save_sql_text", { name, text });
/** The text of a file that the person names; null if they closed the dialog. */
export const openSqlText = () => invoke<SqlText | null>("open_sql_text");
/** Saves a picture where the person says; resolves to the file's name, and to null if they closed the dialog. */
export const savePicture = (picture: PictureRequest) =>
  invoke<string | null>("save_picture", { picture });
/** Saves a view as a file, as a picture is. A query that names no zone is in this one. */
export const saveView = (view: SavedView, zone: string) =>
  invoke<string | null>("save_view", { view, zone });
/** The view of a file that the person names; null if they closed the dialog. */
export const openView = () => invoke<SavedView | null>("open_view");

/** Draws everything in the window larger or smaller. */
export const setZoom = (value: number) =>
  invoke<void>("plugin:webview|set_webview_zoom", { value });
/** Saves what a change names, and returns all settings as they are then, whichever window saved them. */
export const saveSettings = (settings: SettingsChange) =>
  invoke<Settings>("settings", { settings });

/** Runs a command that says how far it is, until it is over. */
async function invokeWithProgress<T, P>(
  command: string,
  args: Record<string, unknown>,
  onProgress: (progress: P) => void,
): Promise<T> {
  const progress = new Channel<P>();
  let over = false;
  // It takes another way than the answer, and may come after it.
  progress.onmessage = (now) => {
    if (!over) onProgress(now);
  };
  try {
    return await invoke<T>(command, { ...args, progress });
  } finally {
    over = true;
  }
}

/** The events of the core for this window, by name. */
export interface Emitted {
  opened: Status;
  opening_failed: OpeningFailed;
  status: Status;
}

export const on = <K extends keyof Emitted>(
  name: K,
  handle: (payload: Emitted[K]) => void,
): Promise<UnlistenFn> =>
  getCurrentWebviewWindow().listen<Emitted[K]>(name, (event) => handle(event.payload));

/** The error that a command failed with. A failure of the bridge itself becomes one too. */
export function asApiError(error: unknown): ApiError {
  if (isApiError(error)) return error;
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}

function isApiError(error: unknown): error is ApiError {
  return typeof error === "object" && error !== null && "kind" in error && "message" in error;
}
