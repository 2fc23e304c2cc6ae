-- At which hours of which days of the week is the journal busiest?
SELECT CAST(extract(dow FROM timestamp) AS integer) AS weekday, CAST(extract(hour FROM timestamp) AS integer) AS hour, count(*) AS changes
FROM events
GROUP BY 1, 2
ORDER BY changes DESC, 1, 2
LIMIT 20
