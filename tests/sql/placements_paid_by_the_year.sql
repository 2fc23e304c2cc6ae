-- Which placements are paid by the year, and not by the hour or the day, and who set the rate?
SELECT r.entity_id, s.value, s.actor, s.since
FROM records r LEFT JOIN state s
  ON s.entity_type = r.entity_type AND s.entity_id = r.entity_id AND s.field = 'rate'
WHERE r.entity_type = 'placement' AND try_cast(s.value AS double) > 10000
ORDER BY r.entity_id
