SELECT code, title, unit, state = 'open' AS open, opened_at, source FROM deviation WHERE unit = ANY($1::bigint[]) ORDER BY id
