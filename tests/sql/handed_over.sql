-- How often does another person change what one person changed last, by pairs?
WITH turns AS (
  SELECT actor, lag(actor) OVER (PARTITION BY entity_type, entity_id ORDER BY timestamp, event_id) AS before
  FROM events
)
SELECT before, actor, count(*) AS turns
FROM turns
WHERE before <> actor
GROUP BY 1, 2
ORDER BY turns DESC, 1, 2
LIMIT 30
