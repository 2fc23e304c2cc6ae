-- Which placements have no rate, or a rate that is no number?
SELECT r.entity_id, s.value
FROM records r LEFT JOIN state s
  ON s.entity_type = r.entity_type AND s.entity_id = r.entity_id AND s.field = 'rate'
WHERE r.entity_type = 'placement' AND (s.value IS NULL OR try_cast(s.value AS double) IS NULL)
ORDER BY r.entity_id
