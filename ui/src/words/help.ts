/** The pages of the help. */
import { rules } from "./rules";
import { stores } from "./stores";

const timeline = {
  title: "Reading a timeline",
  journal:
    "A journal is a book in which nothing is ever rubbed out. Each line is an **event**: who changed which **field** of which **record**, from what to what, when, and through which source. A record’s **timeline** is all its events, newest first, under their days.",
  caption: "One event: the field, the old value and the new one, and the difference between them",
  changed: "changed",
  actions: [
    ["insert", "the record was created"],
    ["update", "one field changed"],
    ["delete", "the record was deleted; what it held stays readable"],
    ["correct", "what another event should have recorded"],
    ["void", "that another event should not have been recorded"],
    ["note", "a remark; it changes no value"],
    ["ingest", "files came in from elsewhere"],
  ],
  values:
    "Values are shown as they are. Invisible characters are made visible, so that two values that look alike can be told apart:",
  valuesCaption:
    "Null, an empty text, a blank at the end, a no-break space, a turned text direction",
  chains:
    "**Chain broken** stands where an event’s old value is not the value before it: a change was not recorded, or was recorded out of order.",
} as const;

const correcting = {
  title: "Correcting",
  three:
    "A mistake is put right by a new event, never by an eraser. **Correct…** says what an event should have recorded. **Void…** says that it should not have been recorded at all. **Note…** remarks on it and changes no value.",
  caption:
    "The original stays as it is; the correction stands beside it, and each leads to the other",
  firstDay: "2 March",
  secondDay: "10 June",
  links: "linked both ways",
  reason: "“Digits were swapped”",
  preview:
    "Before anything is recorded, the dialog shows exactly the event that will be appended, and who is recorded as its actor. A reason is required. A value equal to the recorded one is refused, because it is no change. Several events of one field can be corrected together, with one reason: all of them are recorded, or none. A dialog that is closed keeps what was entered as a draft, while the window is open, until it is recorded or discarded.",
  undo: "A correction is an event like any other. To undo it, correct or void it.",
} as const;

const readings = {
  title: "What “as corrected” means",
  two: "A record’s past can be read in two ways, and both are true. **As recorded** is what the journal said at the time. **As corrected** takes every correction and void into account, in the place of the event it is about.",
  caption: "The rate of a placement: recorded wrongly on 2 March, corrected on 10 June",
  figure:
    "As recorded the rate is 61.50 until 2 March, 74.25 until 10 June, then 47.25. As corrected it is 47.25 from 2 March on.",
  firstDay: "2 March",
  secondDay: "10 June",
  choice:
    "The switch above a record’s timeline and fields chooses the reading; in a comparison each side has its own. Where the two differ, a table names each field and the event that makes the difference.",
  clock:
    "**The clock** sets the instant that everything is shown at. “Who knew what when” is as recorded, with the clock at that day. What you record while the clock is set is recorded now, not then. It takes `2024-03-03 14:05`, `3 March 2024`, `2024-03`, `yesterday` or `-7d`, in the zone on screen, and says which instant that is: of a day or a month, its last. The zone is chosen beside the clock: UTC, that of this machine, or any by its name.",
} as const;

const compare = {
  title: "Comparing",
  sides:
    "**Compare** in a record sets two sides against each other. A side is an instant, or now, read as recorded or as corrected. Only the fields that differ are listed, each with the event that makes the difference. How many fields are the same, and how many events lie between, is counted.",
  caption: "Two sides on one timeline, and what differs between them",
  figure: "From 1 March, to now",
  from: "From 1 March",
  to: "To now",
  menu: "In the timeline, **⋯** on an event (or `m`) compares from it, to it, or shows what it changed. The sides are part of the view: Back returns to them, and a saved view keeps them.",
} as const;

const coverage = {
  title: "Coverage",
  rests:
    "A bucket is a folder of files, and every answer rests on them. **Coverage** says which were read. Where one could not be, every count and list that should have held its events says so, and one click names the file and its problem. Nothing is silently left out.",
  caption: "Eleven files were read; one is damaged. Totals are of the eleven",
  figure: "Eleven files that were read, and one that was not",
  incomplete: "Incomplete: 11 of 12 files read",
  nothing:
    "“Nothing found” is said only after every file was read. If a file could not be read, it says “Nothing found in the files that were read”.",
} as const;

const searching = {
  title: "Searching",
  box: "The **search box** finds events and records by their ids, actors, fields, and text in old and new values. A click on a value filters by it. Several values of one column are alternatives. A filter that is pressed is switched off and stays above the list, to be switched on again.",
  rule: "Upper and lower case are the same in every search, and so are the ways to write one letter: ZOË, Zoë, and Zoe with two dots put over it. “Straße” is found by “STRASSE”. Inside JSON, “Zo\\u00eb” is Zoë. A filter for a value, such as an actor, takes it exactly as it is written.",
  loosely:
    "What is written nowhere exactly so is looked for once more, without accents, blanks, punctuation and the zeros before a number, and the window says so: “cand 342” finds CAND-00342, and “030 555 0199” a phone number that is written +49 (30) 555-01 99.",
  names:
    "A record is shown with its **name** beside its id, and found by it. The name is made of its fields `name`, `full_name`, `title` or `display_name`, or else of its first and last name. Where other fields name the records of a type, choose them on the page of one of its records; the choice is kept on this device.",
  caption: "Filters as text: terms with blanks between them, all of which hold",
  terms: [
    ["type=candidate actor=Sarah|Tom", "about candidates, by one of the two"],
    ["source!=api field=phone", "not through the api, of one field"],
    ["since=2026-01 until=2026-04", "from January to the end of March"],
    ['"two words"', "with this text in a value"],
    ["noops=hidden", "without updates that changed nothing"],
  ],
  copy: "Typed into the search box, such a text opens its view. **Copy view as text** gives the text of what is on screen, with its time zone; the command line takes it behind `--query`. **Save as file…** in the menu of a saved view makes a file of it for somebody else, who takes it by **Open view file…** or behind `--view`.",
} as const;

const filtering = {
  title: "Filters of the change and of time",
  add: "**Filter…** above a list of events (or `f`) adds a filter. It is typed as text, and checked while one types; the form below the line writes the text. A chip says what a filter means. Pressed, it is switched off or on; the pencil (or `F2`) edits its text, `y` copies it, `Delete` removes it. In an event’s details the funnels filter by its values, its step and its batch.",
  caption: "Filters of the change itself",
  change: [
    ["old=screening", "with this old value, exactly as it is written"],
    ["new!=placed", "with another new value than this"],
    ["new=placed|offered", "with one of these"],
    ["new~plumber", "with this text in the new value, in any case"],
    ["new~/plumb(er|ing)/", "with what a regular expression matches"],
    ["reason^typo", "whose reason begins so"],
    ["change=screening→placed", "from the one to the other; -> is read too"],
    ["change=→placed", "from no value"],
    ["new>=50000", "whose new value is such a number"],
    ["old<2024-06-01", "whose old value is a date before"],
    ["new.salary>60000", "in a member of a value that is a JSON object"],
    ["delta>10% or delta<-5000", "that grew or fell by so much"],
    ["batch=… and writer=…", "recorded together, and by one device"],
  ],
  undecided:
    "Text never compares with a number or a date. Events whose value is neither, where a filter asks for one, are left out and counted beside the number of events; so are those whose time of recording is not known.",
  timeCaption: "Filters of time",
  time: [
    ["since=2024-03 until=2024-04", "in March: the start counts, the end does not"],
    ["recorded>=2024-03", "recorded from then on"],
    ["lag>1d", "recorded more than a day after their timestamp"],
    ["hour=22..6", "at night"],
    ["weekday=sat,sun", "on these days"],
  ],
  span: "**The span of time** beside it (or `t`) takes `2024-03`, `last quarter`, `last 7 days`, `from 3 March` or `3 March to 5 March`, and says what it understood. It goes by the timestamp of an event or by its time of recording. Dragging over the histogram sets it too. Hours, weekdays and dates are those of the zone on screen when the filter was made; a chip names that zone where another is on screen.",
} as const;

const grouping = {
  title: "Grouping",
  groups:
    "An import may change thousands of records within seconds. In the list of events, ten or more events in a row by one actor through one source, each less than a second from the next, are **grouped** to one line. Opening the line shows them all.",
  opened:
    "Events that were recorded together share a **batch**, and the line opens it: above the list stand who made the changes, when and through what, how many events and records there are, and which fields and actions. Each field and action filters the batch; all of its events can be selected, to be noted, corrected or voided together. In an event’s details, **Open batch** leads to it.",
  guessed:
    "Older files know of no batches. What their lines open is a **guessed group**, in a dashed frame: the journal does not say that its events belong together.",
  caption: "What happened, and what the list shows of it",
  figure: "Twelve thousand events by one actor",
  events: "12,000 events",
  exact:
    "Grouping changes what is drawn, never what is counted: filters, counts and positions are always of events. Events that changed nothing can be hidden; the list says how many are.",
} as const;

const storage = {
  title: "Where things are stored",
  bucket:
    "Events are kept in a **bucket**: a folder, an object store, or an exported copy. What you record is first saved on this device and, a moment later, put into the bucket as a new file. The window says which of the two has happened.",
  caption: "The steps from your confirmation to the bucket",
  confirm: "You confirm",
  confirmDoes: "an event is made",
  saved: "Saved on this device",
  savedDoes: "it cannot be lost by a crash",
  flushed: "In the bucket",
  flushedDoes: "everybody who reads it has it",
  never:
    "Nothing in a bucket is ever changed or deleted. Where the bucket cannot be written to, the window is read-only and says why. Where it cannot be reached, pending events stay on this device, are counted at the foot of the sidebar, and are put into the bucket later.",
  copies:
    "**Export…** writes the events of a list, or of a record, as CSV, an Excel sheet, NDJSON or Parquet, or as an extract: a folder that can be opened anywhere, without a network, as a journal of its own. The button beside the histogram saves that as a picture, with the question and what the answer rests on. **Bring in a table…**, in the menu of the journal, turns a CSV or Excel file of another system into events: what differs from the journal, or changes with their own times. Your name, saved views, columns, time zone and zoom are kept on this device, not in the bucket.",
} as const;

const sql = {
  title: "SQL",
  lead: "**SQL** asks the journal in the language of databases, on this device. Three tables can be asked; nothing can be changed. `Ctrl Enter` runs the text, `Esc` stops it. The examples are questions to start from, and **Recent** has the last 50 texts that were run.",
  caption: "The tables",
  tables: [
    [
      "events",
      "every event, with its columns, its file and row, and whether it was corrected or voided",
    ],
    [
      "records",
      "every record: its name, number of events, first and last change, whether it is deleted",
    ],
    ["state", "every field of every record: its value, who set it and when, by which event"],
  ],
  state:
    "The clock and the reading apply to **state**: it is then as it was at that instant, as recorded or as corrected. Events and records are all of them.",
  dialectCaption: "How it is written",
  dialect: [
    ["WITH … AS (SELECT …)", "a question in steps"],
    ["count(*) FILTER (WHERE …)", "counts some of the rows"],
    ["lag(x) OVER (PARTITION BY … ORDER BY …)", "the value in the row before"],
    ["field ILIKE '%salary%'", "text in any case"],
    ["timestamp > now() - INTERVAL '7 days'", "in the last seven days"],
    ["date_part('hour', timestamp)", "the hour, in UTC"],
    ["date_diff('minute', a, b)", "minutes from one time to another"],
    ["strftime(timestamp, '%Y-%m')", "a time as text"],
    ["max_by(new_value, timestamp)", "the latest value"],
    ["regexp_extract(new_value, '[0-9]+')", "a part of a text"],
    ["json_extract_string(new_value, '$.city')", "a member of a JSON object"],
    ["CAST(new_value AS double)", "a text as a number; TRY_CAST gives NULL where it is none"],
  ],
  readOnly:
    "One question is asked at a time: SELECT, with everything that belongs to it. Everything else is refused by name, as are files and other tables. A question that needs more memory than it is given is stopped, and says which part to narrow.",
  answer:
    "The first thousand rows come at once, and more as you scroll; **Export…** writes all of them. Sorting by a head sorts the rows that are loaded: ORDER BY sorts all. Times are shown in the zone on screen, and calculated in UTC. Where a column is called event_id, **Open as events** lists those events. What could not be read is said beside the answer, as everywhere.",
} as const;

const keyboard = {
  title: "Keyboard",
  lists:
    "Everything works without a mouse. `/` takes an event’s id, a record’s id, an actor, a field or any text, and leads to what it means. `j` and `k` move in a list, `Enter` opens, `Esc` closes, `Alt ←` goes back. `Ctrl K` lists every action, view and saved view that is possible now: type a part of its name.",
  events:
    "With an event open, `c` corrects it, `v` voids it and `n` notes on it. In a record, `1`, `2` and `3` are the timeline, the fields and the comparison; on a field, `Enter` corrects its value and `f` shows only what changed it. `Ctrl Enter` confirms a dialog.",
  all: "Show every key (?)",
} as const;

export const help = {
  title: "Help",
  contents: "Contents",
  /** The name of a link to a page or a rule. */
  about: (title: string) => `Help: ${title}`,
  pages: {
    timeline,
    correcting,
    readings,
    compare,
    searching,
    filtering,
    coverage,
    grouping,
    sql,
    storage,
    keyboard,
  },
  stores,
  rules,
} as const;
