-- How much of the journal is about records that are deleted?
SELECT r.deleted, count(*) AS events, count(DISTINCT r.entity_id) AS records
FROM events e JOIN records r ON r.entity_type = e.entity_type AND r.entity_id = e.entity_id
GROUP BY r.deleted
ORDER BY r.deleted
