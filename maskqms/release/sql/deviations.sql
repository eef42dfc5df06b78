SELECT code, title, unit, state = 'open' AS open FROM deviation WHERE unit = ANY($1::bigint[]) ORDER BY id
