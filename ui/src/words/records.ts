/** The words of the lists of records and of deleted records. */

export const records = {
  title: "Records",
  titleDeleted: "Deleted",
  allTypes: "All",
  asNow:
    "This list shows records as they are now. Open a record to see it at the time of the clock.",
  contains: "Id or name contains",
  loosely: "No id and no name has this. Without accents, blanks, signs and leading zeros there is:",
  none: "This journal holds no records yet",
  noneDeleted: "No record of this journal is deleted",
  noneMatches: "No record matches the filters and the text",
  ofEvents:
    "These are the records that the events with these filters are about. Numbers, times and names of people are those of these events.",
  reading: "Reading records",
  toEvents: "Show the events",
  type: "Type",
  unreadable: "The records could not be read",

  column: {
    type: "Type",
    id: "Id",
    name: "Name",
    events: "Events",
    first: "First change",
    last: "Last change",
    who: "Who",
  },
} as const;
