-- Which records were changed by the most different people?
SELECT entity_type, entity_id, count(DISTINCT actor) AS people
FROM events
GROUP BY 1, 2
ORDER BY people DESC, 1, 2
LIMIT 20
