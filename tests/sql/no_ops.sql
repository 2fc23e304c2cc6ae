-- How many updates changed nothing, by source?
SELECT source, count(*) FILTER (WHERE old_value IS NOT DISTINCT FROM new_value) AS unchanged, count(*) AS updates
FROM events
WHERE action = 'update'
GROUP BY source
ORDER BY source
