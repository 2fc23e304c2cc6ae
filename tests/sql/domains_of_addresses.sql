-- Which domains do the e-mail addresses of candidates have?
SELECT regexp_extract(new_value, '@(.+)$', 1) AS domain, count(*) AS addresses
FROM events
WHERE field = 'email' AND new_value IS NOT NULL
GROUP BY 1
ORDER BY addresses DESC, domain
