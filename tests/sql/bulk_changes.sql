-- Which minutes had the most changes by one person, of one field?
SELECT date_trunc('minute', timestamp) AS minute, actor, field, count(*) AS changes, count(DISTINCT entity_id) AS records
FROM events
GROUP BY 1, 2, 3
HAVING count(*) >= 20
ORDER BY changes DESC, minute, actor, field
