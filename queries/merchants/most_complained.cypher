// Merchants with the most complainants.
// param   skip          INTEGER  rows to leave out
// param   limit         INTEGER  most rows to return
// param   as_of         DATE     the day asked for
// return  merchant      STRING   id of the shop or company
// return  complainants  INTEGER  different complainants on record
// count   merchants/most_complained_count
MATCH (m:Party)<-[r:COMPLAINED]-(q:Complainant)
WHERE coalesce(r.first <= $as_of, true)
RETURN m.id AS merchant, count(DISTINCT q) AS complainants
ORDER BY complainants DESC, merchant
SKIP $skip
LIMIT $limit
