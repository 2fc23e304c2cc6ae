-- From which status to which do candidates go, and how often?
SELECT old_value AS from_status, new_value AS to_status, count(*) AS changes
FROM events
WHERE entity_type = 'candidate' AND field = 'status' AND action = 'update'
GROUP BY 1, 2
ORDER BY changes DESC, from_status, to_status
