"""The scorecard: what the year's plan asked for, what was reached, where each number comes from (docs/scorecard.md).

`counters` count records of the wings, `document` lays counted and typed-in numbers out, `domain` changes and closes,
`files` and `web` show. Page, workbook, PDF and JSON all show the same document.
"""
