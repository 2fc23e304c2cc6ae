-- Which phone numbers do several records share now?
SELECT value, count(*) AS records
FROM state
WHERE field IN ('phone', 'contact_phone') AND value <> ''
GROUP BY value
HAVING count(*) > 1
ORDER BY records DESC, value
LIMIT 50
