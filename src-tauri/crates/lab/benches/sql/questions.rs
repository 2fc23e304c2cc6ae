//! The questions, in the dialect of both sides.

/// Name and text of each.
pub const QUESTIONS: [(&str, &str); 10] = [
    (
        "events a day",
        "SELECT date_trunc('day', timestamp) AS day, count(*) AS changes FROM events GROUP BY 1 ORDER BY 1",
    ),
    (
        "busiest hours",
        "SELECT extract(dow FROM timestamp) AS weekday, extract(hour FROM timestamp) AS hour, count(*) AS n \
         FROM events GROUP BY 1, 2 ORDER BY n DESC, 1, 2",
    ),
    (
        "top actors a month",
        "WITH months AS (
           SELECT date_trunc('month', timestamp) AS month, actor, count(*) AS changes FROM events GROUP BY 1, 2
         ), ranked AS (
           SELECT *, row_number() OVER (PARTITION BY month ORDER BY changes DESC, actor) AS place FROM months
         )
         SELECT * FROM ranked WHERE place <= 3 ORDER BY month, place",
    ),
    (
        "shares of sources",
        "SELECT date_trunc('month', timestamp) AS month, source, entity_type, count(*) AS changes, \
         count(*) FILTER (WHERE action = 'insert') AS inserts FROM events GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    (
        "no-ops",
        "SELECT source, count(*) FILTER (WHERE old_value IS NOT DISTINCT FROM new_value) AS unchanged, \
         count(*) AS updates FROM events WHERE action = 'update' GROUP BY source ORDER BY source",
    ),
    (
        "status transitions",
        "SELECT entity_type, old_value, new_value, count(*) AS changes FROM events \
         WHERE field = 'status' AND action = 'update' GROUP BY 1, 2, 3 ORDER BY changes DESC, 1, 2, 3",
    ),
    (
        "time in a status",
        "WITH steps AS (
           SELECT new_value AS status, timestamp, \
                  lead(timestamp) OVER (PARTITION BY entity_type, entity_id ORDER BY timestamp) AS left_at
           FROM events WHERE field = 'status' AND action = 'update'
         )
         SELECT status, count(*) AS stays, avg(date_diff('minute', timestamp, left_at)) AS minutes
         FROM steps WHERE left_at IS NOT NULL GROUP BY status ORDER BY stays DESC, status",
    ),
    (
        "actors of records",
        "SELECT entity_type, entity_id, count(DISTINCT actor) AS people, count(*) AS changes FROM events \
         GROUP BY 1, 2 ORDER BY people DESC, changes DESC, 1, 2 LIMIT 100",
    ),
    (
        "texts within values",
        "SELECT field, actor, count(*) AS n FROM events WHERE new_value LIKE '%call%' \
         GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 100",
    ),
    (
        "largest amounts",
        "SELECT event_id, entity_id, new_value FROM events \
         WHERE field = 'amount' AND try_cast(new_value AS double) IS NOT NULL \
         ORDER BY try_cast(new_value AS double) DESC, event_id LIMIT 100",
    ),
];
