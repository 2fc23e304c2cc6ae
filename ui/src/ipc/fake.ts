/** A mock of the core for tests: answers by command, and events at will. Never part of the window. */
import type { Channel } from "@tauri-apps/api/core";
import { emit } from "@tauri-apps/api/event";
import { clearMocks, mockIPC, mockWindows } from "@tauri-apps/api/mocks";
import type * as ipc from ".";
import type { Emitted } from ".";

interface Commands {
  start: (args: { events: ipc.NewestEvents | null }) => ipc.Start;
  open_dialog: (args: { archive: boolean }) => ipc.Status | null;
  read_location: (args: { text: string }) => ipc.NamedLocation | null;
  open_location: (args: { text: string }) => ipc.Status;
  cancel_opening: () => null;
  open_recent: (args: { handle: string }) => ipc.Status;
  recent_changes: (args: { handle: string }) => ipc.RecentChanges;
  open_moved: () => ipc.Status;
  open_sample: () => ipc.Status;
  new_window: (args: { handle: string | null }) => null;
  status: () => ipc.Status;
  look: () => ipc.Status;
  events: (args: {
    filters: ipc.Filters;
    from: ipc.PageFrom;
    limit: number;
    group: boolean;
  }) => ipc.EventsPage;
  count: (args: { filters: ipc.Filters }) => number;
  facets: (args: { filters: ipc.Filters; zone: string }) => ipc.Covered<ipc.Facets>;
  event: (args: { address: string }) => ipc.EventDetail;
  record: (args: { id: ipc.RecordId; view: ipc.View }) => ipc.RecordView;
  timeline: (args: {
    id: ipc.RecordId;
    at: string | null;
    only: string | null;
    from: ipc.TimelineFrom;
    limit: number;
  }) => ipc.TimelinePage;
  compare: (args: { id: ipc.RecordId; from: ipc.View; to: ipc.View }) => ipc.Comparison;
  records: (args: { filters: ipc.RecordFilters } & ipc.PageRequest) => ipc.Covered<ipc.RecordsPage>;
  record_names: (args: { records: ipc.RecordId[] }) => (string | null)[];
  chains: (args: ipc.PageRequest) => ipc.ChainsPage;
  write_query: (args: { query: ipc.WindowQuery; zone: string }) => string;
  read_query: (args: { text: string; zone: string }) => ipc.WindowQuery | null;
  query_zone: (args: { text: string }) => string | null;
  read_filters: (args: { text: string; zone: string }) => ipc.WindowQuery["filters"];
  write_filters: (args: { filters: ipc.Filters; zone: string }) => string;
  read_span: (args: { text: string; zone: string }) => ipc.TimeSpan;
  read_time: (args: { text: string; zone: string }) => string | null;
  search: (args: { text: string }) => ipc.SearchResults;
  preview: (args: { amend: ipc.Amend }) => ipc.Preview[];
  amend: (args: { amend: ipc.Amend }) => ipc.Recorded;
  note_record: (args: { id: ipc.RecordId; text: string }) => ipc.Recorded;
  flush: () => ipc.Status;
  export_events: (args: {
    export: ipc.ExportRequest;
    progress: Channel<ipc.ExportProgress>;
  }) => ipc.Exported | null;
  cancel_export: () => null;
  choose_import: () => ipc.ImportFile | null;
  open_mapping: () => ipc.Mapping | null;
  save_mapping: (args: { mapping: ipc.Mapping }) => string | null;
  plan_import: (args: { mapping: ipc.Mapping }) => ipc.ImportPlan;
  record_import: () => ipc.Imported;
  end_import: () => null;
  ask_sql: (args: { question: ipc.SqlQuestion }) => ipc.SqlReply;
  more_sql_rows: () => ipc.SqlRows;
  count_sql_rows: () => number;
  cancel_sql: () => null;
  export_sql: (args: {
    question: ipc.SqlQuestion;
    form: ipc.ExportForm;
    progress: Channel<ipc.SqlProgress>;
  }) => ipc.SqlExported | null;
  cancel_sql_export: () => null;
  save_sql_text: (args: ipc.SqlText) => string | null;
  open_sql_text: () => ipc.SqlText | null;
  save_picture: (args: { picture: ipc.PictureRequest }) => string | null;
  save_view: (args: { view: ipc.SavedView; zone: string }) => string | null;
  open_view: () => ipc.SavedView | null;
  settings: (args: { settings: ipc.SettingsChange }) => ipc.Settings;
  "plugin:webview|set_webview_zoom": (args: { value: number }) => null;
}

export type Handlers = {
  [K in keyof Commands]: (
    ...args: Parameters<Commands[K]>
  ) => ReturnType<Commands[K]> | Promise<ReturnType<Commands[K]>>;
};

export interface FakeCore {
  /** The arguments of each call of a command so far, latest last. */
  calls: <K extends keyof Commands>(command: K) => Parameters<Commands[K]>[0][];
  emit: <K extends keyof Emitted>(name: K, payload: Emitted[K]) => Promise<void>;
}

export function fakeCore(handlers: Handlers): FakeCore {
  mockWindows("main");
  const calls: { command: string; args: unknown }[] = [];
  mockIPC(
    (command, args) => {
      calls.push({ command, args });
      const handler = handlers[command as keyof Handlers] as
        ((args: unknown) => unknown) | undefined;
      if (handler === undefined) throw new Error(`no such command: ${command}`);
      return handler(args);
    },
    { shouldMockEvents: true },
  );
  return {
    calls: <K extends keyof Commands>(command: K) =>
      calls.filter((call) => call.command === command).map((call) => call.args) as Parameters<
        Commands[K]
      >[0][],
    emit,
  };
}

export function dropFakeCore(): void {
  clearMocks();
}
