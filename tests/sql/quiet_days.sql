-- Which days of the week of the span have no event at all?
WITH RECURSIVE days AS (
  SELECT min(date_trunc('day', timestamp)) AS day FROM events
  UNION ALL
  SELECT day + INTERVAL '1 day' FROM days WHERE day < (SELECT max(timestamp) FROM events)
), busy AS (SELECT DISTINCT date_trunc('day', timestamp) AS day FROM events)
SELECT strftime(days.day, '%a') AS weekday, count(*) AS quiet
FROM days LEFT JOIN busy ON busy.day = days.day
WHERE busy.day IS NULL
GROUP BY 1
ORDER BY quiet DESC, weekday
