-- What is the newest phone number of each candidate whose number changed five times or more?
SELECT entity_id, count(*) AS changes, max_by(new_value, timestamp) AS newest
FROM events
WHERE field = 'phone' AND entity_type = 'candidate'
GROUP BY entity_id
HAVING count(*) >= 5
ORDER BY changes DESC, entity_id
