-- Which records have the most events?
SELECT entity_type, entity_id, events, last_actor FROM records ORDER BY events DESC, entity_type, entity_id LIMIT 20
