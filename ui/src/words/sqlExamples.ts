/** Questions that are often asked of a journal, each with its text in SQL. */

export interface SqlExample {
  question: string;
  sql: string;
}

export const sqlExamples: readonly SqlExample[] = [
  {
    question: "Who changes salaries at night?",
    sql: `-- At night: from 22:00 to 6:00 UTC
SELECT actor, count(*) AS changes,
  min(timestamp) AS first_change, max(timestamp) AS last_change
FROM events
WHERE (field ILIKE '%salary%' OR field ILIKE '%rate%') AND action = 'update'
  AND (date_part('hour', timestamp) >= 22 OR date_part('hour', timestamp) < 6)
GROUP BY actor
ORDER BY changes DESC`,
  },
  {
    question: "How long do candidates stay in a step?",
    sql: `WITH steps AS (
  SELECT new_value AS step, timestamp AS entered,
    lead(timestamp) OVER (PARTITION BY entity_id, field ORDER BY timestamp) AS left_at
  FROM events
  WHERE entity_type = 'candidate' AND field IN ('stage', 'status') AND NOT voided
)
SELECT step, count(*) AS stays,
  round(avg(date_diff('hour', entered, left_at)) / 24.0, 1) AS days_on_average,
  round(max(date_diff('hour', entered, left_at)) / 24.0, 1) AS days_at_most
FROM steps
WHERE left_at IS NOT NULL
GROUP BY step
ORDER BY days_on_average DESC`,
  },
  {
    question: "Which values were changed back within an hour?",
    sql: `WITH changes AS (
  SELECT event_id, entity_type, entity_id, field, old_value, new_value, actor, timestamp,
    lead(new_value) OVER (PARTITION BY entity_type, entity_id, field ORDER BY timestamp)
      AS next_value,
    lead(timestamp) OVER (PARTITION BY entity_type, entity_id, field ORDER BY timestamp)
      AS next_time
  FROM events
  WHERE action = 'update'
)
SELECT event_id, entity_type, entity_id, field, old_value, new_value, actor, timestamp,
  date_diff('minute', timestamp, next_time) AS minutes
FROM changes
WHERE next_value = old_value AND old_value <> new_value
  AND date_diff('minute', timestamp, next_time) <= 60
ORDER BY timestamp DESC`,
  },
  {
    question: "Who makes the most changes in each month?",
    sql: `WITH months AS (
  SELECT strftime(timestamp, '%Y-%m') AS month, actor, count(*) AS changes
  FROM events
  GROUP BY 1, 2
), ranked AS (
  SELECT month, actor, changes,
    row_number() OVER (PARTITION BY month ORDER BY changes DESC) AS place
  FROM months
)
SELECT month, place, actor, changes
FROM ranked
WHERE place <= 5
ORDER BY month DESC, place`,
  },
  {
    question: "Which fields were never corrected?",
    sql: `SELECT entity_type, field, count(*) AS changes, max(timestamp) AS last_change
FROM events
WHERE field <> '*'
GROUP BY entity_type, field
HAVING NOT bool_or(corrected)
ORDER BY changes DESC`,
  },
  {
    question: "Which records have not changed for a year?",
    sql: `SELECT entity_type, entity_id, name, last, last_actor
FROM records
WHERE NOT deleted AND last < now() - INTERVAL '1 year'
ORDER BY last`,
  },
  {
    question: "Which changes were made in bulk?",
    sql: `-- A hundred or more in one minute. Newer events name what was recorded together: batch
SELECT date_trunc('minute', timestamp) AS minute, actor, source,
  count(*) AS events, count(DISTINCT entity_id) AS records
FROM events
GROUP BY 1, 2, 3
HAVING count(*) >= 100
ORDER BY events DESC`,
  },
  {
    question: "Which records were deleted and then restored?",
    sql: `WITH steps AS (
  SELECT event_id, entity_type, entity_id, action, actor, timestamp,
    lead(action) OVER (PARTITION BY entity_type, entity_id ORDER BY timestamp) AS next_action,
    lead(actor) OVER (PARTITION BY entity_type, entity_id ORDER BY timestamp) AS next_actor,
    lead(timestamp) OVER (PARTITION BY entity_type, entity_id ORDER BY timestamp) AS next_time
  FROM events
  WHERE action IN ('insert', 'update', 'delete', 'ingest') AND NOT voided
)
SELECT event_id, entity_type, entity_id, timestamp AS deleted_at, actor AS deleted_by,
  next_time AS restored_at, next_actor AS restored_by
FROM steps
WHERE action = 'delete' AND next_action <> 'delete'
ORDER BY deleted_at DESC`,
  },
  {
    question: "How long after a change is it recorded?",
    sql: `SELECT source, count(*) AS events,
  median(date_diff('second', timestamp, recorded_at)) AS seconds_mostly,
  max(date_diff('second', timestamp, recorded_at)) AS seconds_at_most
FROM events
WHERE recorded_at IS NOT NULL
GROUP BY source
ORDER BY seconds_mostly DESC`,
  },
  {
    question: "At which hours is most changed?",
    sql: `-- Hours of UTC
SELECT date_part('hour', timestamp) AS hour, count(*) AS events,
  count(DISTINCT actor) AS actors
FROM events
GROUP BY 1
ORDER BY 1`,
  },
];
