-- Who was the first to change each record, and who the last?
SELECT first_by, last_by, count(*) AS records
FROM (
  SELECT entity_type, entity_id, min_by(actor, event_id) AS first_by, max_by(actor, event_id) AS last_by
  FROM events GROUP BY 1, 2
) AS ends
GROUP BY 1, 2
ORDER BY records DESC, 1, 2
