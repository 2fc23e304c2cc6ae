-- How long do candidates stay in a status before the next one, in hours: median and longest?
WITH steps AS (
  SELECT entity_id, new_value AS status, timestamp,
         lead(timestamp) OVER (PARTITION BY entity_id ORDER BY timestamp, event_id) AS left_at
  FROM events
  WHERE entity_type = 'candidate' AND field = 'status' AND action = 'update'
)
SELECT status, count(*) AS stays, median(date_diff('minute', timestamp, left_at) / 60.0) AS median_hours,
       max(date_diff('minute', timestamp, left_at)) AS longest_minutes
FROM steps
WHERE left_at IS NOT NULL
GROUP BY status
ORDER BY stays DESC, status
