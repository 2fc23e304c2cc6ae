-- Which records were deleted and inserted again?
SELECT d.entity_type, d.entity_id, min(d.timestamp) AS deleted_at, min(i.timestamp) AS restored_at
FROM events d JOIN events i
  ON i.entity_type = d.entity_type AND i.entity_id = d.entity_id AND i.timestamp > d.timestamp
WHERE d.action = 'delete' AND i.action = 'insert' AND d.field = '*' AND i.field = '*'
GROUP BY 1, 2
ORDER BY 1, 2
