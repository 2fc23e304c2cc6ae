-- Who changes salaries at night, between ten in the evening and six in the morning (UTC)?
SELECT actor, count(*) AS changes
FROM events
WHERE field = 'salary_expectation' AND (extract(hour FROM timestamp) >= 22 OR extract(hour FROM timestamp) < 6)
GROUP BY actor
ORDER BY changes DESC, actor
