-- Which cities do inserted candidates have, from their JSON?
SELECT json_extract_string(new_value, '$.city') AS city, count(*) AS candidates
FROM events
WHERE entity_type = 'candidate' AND action = 'insert' AND field = '*' AND new_value LIKE '{%'
GROUP BY 1
ORDER BY candidates DESC, city NULLS LAST
