// How many suspected groups of complainants there are.
// return  total  INTEGER  rows without a limit
MATCH (g:Group)
RETURN count(g) AS total
ORDER BY total
