-- Which fields were never corrected?
SELECT entity_type, field, count(*) AS changes
FROM events
WHERE action IN ('insert', 'update', 'delete')
GROUP BY entity_type, field
HAVING count(*) FILTER (WHERE corrected) = 0
ORDER BY changes DESC, entity_type, field
