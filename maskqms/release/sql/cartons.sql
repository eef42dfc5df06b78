-- What stands in the warehouse for each batch, with the data printed on each carton.
SELECT c.batch, u.code, u.held, u.identifiers ->> 'gtin' AS gtin, u.identifiers ->> 'batch' AS number,
    u.identifiers ->> 'expires_on' AS expires_on
FROM carton c JOIN trace_unit u ON u.id = c.id
WHERE c.batch = ANY($1::bigint[]) AND c.unpacked_at IS NULL AND u.state <> 'scrapped'
ORDER BY c.number
