-- Which values were changed back within an hour?
WITH changes AS (
  SELECT event_id, entity_type, entity_id, field, old_value, new_value, actor, timestamp,
         lead(new_value) OVER w AS next_value, lead(timestamp) OVER w AS next_at
  FROM events
  WHERE action = 'update'
  WINDOW w AS (PARTITION BY entity_type, entity_id, field ORDER BY timestamp, event_id)
)
SELECT event_id, entity_id, field, old_value, new_value, actor
FROM changes
WHERE next_value = old_value AND old_value <> new_value AND next_at <= timestamp + INTERVAL '1 hour'
ORDER BY event_id
