-- Which notes mention a call, by person?
SELECT actor, count(*) AS notes
FROM events
WHERE field = 'notes' AND lower(new_value) LIKE '%call%'
GROUP BY actor
ORDER BY notes DESC, actor
