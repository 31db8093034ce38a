/**
 * Trove's datetimes are in UTC without a time zone and in whole seconds, both in the database and in the API. Between the
 * two this code uses Date, so that no database driver can shift a time by its time zone.
 */

/** Prints a date like Trove's API: `2019-12-23T20:58:35` (trove@4cdc0cd common/base_wsgi.py:447). */
export const naiveUtc = (date: Date): string => date.toISOString().slice(0, 19)

/** Prints a date for people: `2019-12-23T20:58:35Z`. */
export const utcText = (date: Date): string => `${naiveUtc(date)}Z`

/** Parses `2019-12-23 20:58:35`, also with a T, a fraction or a Z. */
export const fromNaiveUtc = (text: string): Date => new Date(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`)
