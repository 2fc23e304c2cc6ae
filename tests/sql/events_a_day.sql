-- How many events does each day have, and what is the mean of seven days?
WITH days AS (
  SELECT date_trunc('day', timestamp) AS day, count(*) AS changes FROM events GROUP BY 1
)
SELECT day, changes, avg(changes) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS mean_of_seven
FROM days
ORDER BY day
