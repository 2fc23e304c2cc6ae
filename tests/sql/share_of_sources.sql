-- What share of the changes of each month came from people, from agents and from ingests?
SELECT strftime(timestamp, '%Y-%m') AS month,
       round(100.0 * count(*) FILTER (WHERE source = 'workspace') / count(*), 6) AS people,
       round(100.0 * count(*) FILTER (WHERE source = 'agent') / count(*), 6) AS agents,
       round(100.0 * count(*) FILTER (WHERE source = 'ingest') / count(*), 6) AS ingests
FROM events
GROUP BY 1
ORDER BY 1
