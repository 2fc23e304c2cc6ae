-- Who are the three most active people of each month?
WITH months AS (
  SELECT strftime(timestamp, '%Y-%m') AS month, actor, count(*) AS changes
  FROM events
  GROUP BY 1, 2
), ranked AS (
  SELECT month, actor, changes, row_number() OVER (PARTITION BY month ORDER BY changes DESC, actor) AS place
  FROM months
)
SELECT month, place, actor, changes FROM ranked WHERE place <= 3 ORDER BY month, place
