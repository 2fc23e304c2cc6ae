-- Which records had no change in the last year of the journal?
SELECT entity_type, count(*) AS unchanged
FROM records
WHERE NOT deleted AND last < (SELECT max(timestamp) FROM events) - INTERVAL '365 days'
GROUP BY entity_type
ORDER BY entity_type
