-- In how many fields of records does a correction state the value now?
SELECT entity_type, field, count(*) AS corrected, count(*) FILTER (WHERE value IS DISTINCT FROM recorded_value) AS differing
FROM state
WHERE correction IS NOT NULL
GROUP BY 1, 2
ORDER BY 1, 2
