-- How many corrections, voids and notes does each person record, and about whose events?
SELECT a.actor AS by_whom, a.action, e.actor AS about_whom, count(*) AS amendments
FROM events a JOIN events e ON e.event_id = a.corrects
WHERE a.action IN ('correct', 'void', 'note')
GROUP BY 1, 2, 3
ORDER BY amendments DESC, by_whom, a.action, about_whom
