-- How long after the change is it recorded, in seconds, by source?
SELECT source, count(recorded_at) AS known, avg(CAST(date_diff('second', timestamp, recorded_at) AS double)) AS mean_seconds
FROM events
GROUP BY source
ORDER BY source
