-- Which status do the candidates have now, and how many each?
SELECT value AS status, count(*) AS candidates
FROM state
WHERE entity_type = 'candidate' AND field = 'status' AND NOT deleted
GROUP BY value
ORDER BY candidates DESC, status
