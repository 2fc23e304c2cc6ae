-- Which changes of a salary expectation were the largest, in percent?
SELECT event_id, entity_id, old_value, new_value,
       round((try_cast(new_value AS double) - try_cast(old_value AS double)) / try_cast(old_value AS double) * 100, 4) AS percent
FROM events
WHERE field = 'salary_expectation' AND action = 'update'
  AND try_cast(old_value AS double) > 0 AND try_cast(new_value AS double) IS NOT NULL
ORDER BY percent DESC, event_id
LIMIT 25
